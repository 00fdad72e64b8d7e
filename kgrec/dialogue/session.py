"""Session: one conversation with one user, and the only thing in kgrec that changes.

Whatever the user does becomes an event, is kept, and then the state is folded anew from the events; what the session
shows (the next act, the list, what moved) follows from the state alone. Front ends call these methods and draw what
they return; they never see a scorer.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Self

from kgrec.acts import (
    Act,
    Ask,
    Event,
    EventKind,
    Question,
    QuestionKind,
    Reply,
)
from kgrec.audit.case import Case
from kgrec.audit.diff import RuleDiff, diff_rules, understood
from kgrec.audit.diff_people import Person
from kgrec.audit.whynot import WhyNot, why_not
from kgrec.dialogue.asking import demanded_question, next_question
from kgrec.dialogue.companions import Companion
from kgrec.dialogue.lasting import last_session
from kgrec.dialogue.log import EventLog, MemoryLog
from kgrec.dialogue.policy import Situation, decide
from kgrec.dialogue.readings import Sure
from kgrec.dialogue.respond import carry_out, respond
from kgrec.dialogue.seeking import Search, seek, take, wanted_as_wish
from kgrec.dialogue.state import Chip, Line, State, answer_data, current_item, fold, same_turn, transcript, undoable
from kgrec.domain import (
    Belief,
    Conflict,
    Recommendation,
    Relaxation,
    Slate,
    Value,
)
from kgrec.graph.lookup import Match
from kgrec.group import Fair, explained, fair, fair_slate
from kgrec.ranking import Ranking
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook, clock_context
from kgrec.text import clean

MOST_QUESTIONS: Final = 12
"""After so many questions the list is shown whatever doubt is left; more are asked on demand."""

RESUMED_WITHIN_S: Final = 6 * 3600.0
"""A session left for longer than this is over: the next one starts with the taste, not with the wishes."""


class Session:
    """A conversation. Start one with :meth:`start`.

    >>> import pandas as pd
    >>> from kgrec import KnowledgeGraph, Recommender
    >>> films = pd.DataFrame({"item": ["a", "b", "c"], "label": ["Alien", "Brazil", "Clue"]})
    >>> session = Session.start(Recommender(texts=False).fit(KnowledgeGraph.from_frames(films)))
    >>> session.rate("a", 1.0)
    >>> [entry.item for entry in session.slate()]
    ['b', 'c']
    """

    def __init__(  # noqa: PLR0913  (use start)
        self,
        recommender: Recommender,
        rules: RuleBook,
        log: EventLog,
        user: str,
        session: str,
        context: Mapping[str, Value],
        facts: Mapping[str, Value],
        clock: Callable[[], float],
    ) -> None:
        self.recommender = recommender
        self.graph = recommender.graph_
        self.user = user
        self.id = session
        self._rules = rules
        self._log = log
        self._clock = clock
        self._given = dict(context)
        self._facts = {**recommender.graph_.user_facts.get(user, {}), **facts}
        self._events = list(log.events(user))
        self._asking_until = MOST_QUESTIONS
        self._previous: tuple[str, ...] = ()
        self._companions: tuple[Companion, ...] = ()
        self._together: Fair | None = None
        self._slates: dict[int, Slate] = {}
        self._absences: dict[tuple[str, int], WhyNot] = {}
        self._act: Act | None = None
        self._turn: dict[str, Any] = {}  # what events of the utterance that is being taken in share
        self._doubt: tuple[Question, tuple[Sure, ...]] | None = None
        self.heard = ""  # what an answer to "which do you mean?" was taken for
        self._search: Search | None = None
        self._refold()

    @classmethod
    def start(  # noqa: PLR0913  (each is one thing a front end may know)
        cls,
        recommender: Recommender,
        rules: RuleBook | None = None,
        *,
        log: EventLog | None = None,
        user: str = "you",
        context: Mapping[str, Value] | None = None,
        facts: Mapping[str, Value] | None = None,
        resume: bool = True,
        clock: Callable[[], float] = time.time,
        wishes: Sequence[str] = (),
        search: Search | None = None,
        companions: Sequence[Companion] = (),
    ) -> Self:
        """Start a conversation, or go on with the last one of this user if it is recent.

        Args:
            recommender: a fitted one.
            rules: the rules in force; none by default.
            log: where events are kept; in memory by default.
            user: whose conversation it is.
            context: what rules may ask of the moment; the clock fills in date, weekday, hour and season.
            facts: what rules may ask of the user, beside what the graph holds; answers replace it.
            resume: whether to go on with a session left within RESUMED_WITHIN_S.
            clock: seconds since the epoch.
            wishes: what the user is after, as ids of values or as expressions of the rule language; with any, the
                session seeks one item that fits rather than learn the taste.
            search: how it seeks; with the defaults of :class:`Search` if there are wishes.
            companions: who shall like the list too; what is said here counts for the user alone.
        """
        log = log if log is not None else MemoryLog()
        now = clock()
        name = last_session(log.events(user), now - RESUMED_WITHIN_S) if resume else ""
        if not name:
            name = uuid.uuid4().hex
            log.append(Event(EventKind.STARTED, recommender.graph_.name, time=now, user=user, session=name))
        rules = rules if rules is not None else RuleBook.empty(recommender.graph_)
        session = cls(recommender, rules, log, user, name, context or {}, facts or {}, clock)
        session._search = search or (Search() if wishes else None)
        session._companions = tuple(companions)
        for wish in wishes:
            session.wish(*wanted_as_wish(session.graph, wish) if wish in session.graph else (wish,))
        return session

    # --- what there is to see -------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """What has been said so far, folded."""
        return self._state

    @property
    def belief(self) -> Belief:
        """What we think of the user now, but for wishes that mean nothing under the rules in force."""
        belief = understood(self._state.belief, self._rules)[0]
        return replace(belief, facts=tuple({**self._facts, **belief.fact}.items())) if self._facts else belief

    @property
    def chips(self) -> tuple[Chip, ...]:
        """What was understood in this session, each of which :meth:`undo` takes back."""
        return self._state.chips

    @property
    def rules(self) -> RuleBook:
        """The rules in force."""
        return self._rules

    @property
    def context(self) -> Mapping[str, Value]:
        """What rules may ask of the moment."""
        return self._context

    @property
    def companions(self) -> tuple[Companion, ...]:
        """Whom the list shall suit beside the user."""
        return self._companions

    def ranking(self) -> Ranking:
        """Return every item scored for the belief of now, and those of the companions."""
        if self._together is None:
            belief = self.belief
            people = {self.user: self.recommender.rank(belief, self._rules, self._context)}
            for other in self._companions:
                theirs = replace(other.belief, dropped=belief.dropped)  # what is given up is given up for all
                people[other.user] = self.recommender.rank(theirs, other.rules or self._rules, self._context)
            self._together = fair(people)
        return self._together.combined

    def slate(self, n: int = 10) -> Slate:
        """Return the list of now."""
        if n not in self._slates:
            self._slates[n] = fair_slate(self.recommender, self._fair, n)
        return self._slates[n]

    def act(self) -> Act:
        """Return what to do next: ask, show the list, or offer ways out of a dead end."""
        if self._act is None:
            self._act = self._decide()
        return self._act

    def explain(self, item: str) -> Recommendation:
        """Return an item, on the list or not, with all its reasons; raises UnknownEntityError."""
        return explained(self.recommender, self._fair, [self.graph.index(item)])[0]

    def why_not(self, item: str, n: int = 10) -> WhyNot:
        """Return why an item is not on the list and what would bring it there; raises UnknownEntityError."""
        if (item, n) not in self._absences:
            case = Case(self.recommender, self.belief, self._rules, self._context)
            self._absences[item, n] = why_not(case, item, n)
        return self._absences[item, n]

    def find(self, name: str, n: int = 8) -> tuple[Match, ...]:
        """Return the items that a name may mean; for an empty one, those that just missed the list."""
        if name.strip():
            return self.recommender.lookup_.find(name, n, among="items")
        missed = self.recommender.best(self.ranking(), 10 + n)[10:].tolist()
        return tuple(Match(self.graph.entity_ids[item], self.graph.label(item), 0.0) for item in missed)

    def moves(self, n: int = 10) -> dict[str, int | None]:
        """Return how many places each item of the list went up since the last event; None: it is new."""
        ranks = {item: rank for rank, item in enumerate(self._previous)}
        now = [entry.item for entry in self.slate(n)]
        if not ranks:
            return dict.fromkeys(now, 0)
        return {item: ranks[item] - rank if item in ranks else None for rank, item in enumerate(now)}

    def transcript(self) -> tuple[Line, ...]:
        """Return the questions and answers of this session, for drawing a resumed one."""
        return transcript(self._events, self.id)

    # --- what the user can do -------------------------------------------------------------------------------------

    def reply(self, reply: Reply) -> None:
        """Answer what :meth:`act` returned without words: by ids of values or items; see :func:`seeking.take`."""
        take(self, reply)

    def answer(self, question: Question, chosen: Sequence[int], refused: Sequence[int] = ()) -> None:
        """Answer a question by the positions of the options chosen, counted from 0; none means "don't mind".

        ``refused`` are the positions of those that what is wanted has not, for a question of kind WANTED.
        """
        if question.kind is QuestionKind.MEANT:
            self._settle(question, chosen)
            return
        if question.kind is QuestionKind.RANGE:
            about = self.graph.facet(question.subject).label
        else:
            about = self.graph.label(question.subject) if question.subject in self.graph else ""
        self.record(EventKind.ANSWERED, question.id, data=answer_data(question, chosen, refused, about))

    def skip(self, question: Question) -> None:
        """Pass a question; it is not put again in this session."""
        self.answer(question, ())

    def rate(self, item: str, value: float, said: str = "") -> None:
        """Rate an item from -1 (hated it) to 1 (loved it)."""
        if not -1.0 <= value <= 1.0:
            raise ValueError(f"a rating lies between -1 and 1, not {value}")
        self.record(EventKind.RATED, item, value, self._about(item, said))

    def opine(self, entity: str, value: float, *, for_now: bool = False, said: str = "") -> None:
        """Say that an entity is liked (value > 0) or disliked; ``for_now``: only wanted in this session."""
        kind = EventKind.LIKED if value > 0 else EventKind.DISLIKED
        self.record(kind, entity, value, {**self._about(entity, said), **({"for_now": True} if for_now else {})})

    def mark_seen(self, item: str) -> None:
        """Say that an item was seen, without saying how it was."""
        self.record(EventKind.SEEN, item, data=self._about(item))

    def mark_all_seen(self, items: Sequence[str]) -> None:
        """Say that several items were seen."""
        for item in items:
            self._keep(EventKind.SEEN, item, data=self._about(item))
        self._refold()

    def pass_over(self, items: Sequence[str]) -> None:
        """Leave items out of the list for the rest of this session."""
        for item in items:
            self._keep(EventKind.SKIPPED, item, data=self._about(item))
        self._refold()

    def wish(self, expression: str, label: str = "", said: str = "") -> None:
        """Ask for items for which an expression of the rule language holds; raises RuleError."""
        self._rules.mask(expression, self.recommender.scope(self.belief, self._context))
        self.record(EventKind.WISHED, expression, data=_filled(expression=expression, label=label, said=said))

    def wish_text(self, text: str, said: str = "") -> None:
        """Ask for something in free words."""
        self.record(EventKind.TOLD, text, data=_filled(said=said))

    def note_opened(self, item: str) -> None:
        """Keep that the user looked at an item; it teaches nothing yet, and undo passes over it."""
        self._keep(EventKind.OPENED, item)

    def relax(self, way: Relaxation) -> None:
        """Give up the wishes of a way out, rules among them, until :meth:`undo` or the end of the session."""
        labels = ", ".join(wish.label for wish in way.drop)
        self.record(EventKind.RELAXED, labels, data={"expressions": [wish.expression for wish in way.drop]})

    def undo(self, event: int | None = None) -> Event | None:
        """Take back an event, by default what was said or done last; return it, or None if there is nothing.

        What one utterance said is taken back at once, however many events it made.
        """
        found = undoable(self._events, self.id, event)
        if found is not None:
            for taken in (found,) if event is not None else same_turn(self._events, found):
                self._keep(EventKind.UNDONE, str(taken.id))
            self._refold()
        return found

    def show_me(self) -> None:
        """Stop asking and show the list."""
        self._asking_until = 0
        self._act = None

    def ask_more(self) -> None:
        """Go on asking, up to MOST_QUESTIONS more."""
        self._asking_until = len(self._state.kinds) + MOST_QUESTIONS
        self._act = None

    def start_over(self) -> None:
        """Begin a new session: wishes are forgotten, lasting taste stays."""
        self.id = uuid.uuid4().hex
        self._asking_until = MOST_QUESTIONS
        self.record(EventKind.STARTED, self.graph.name)

    def set_rules(self, rules: RuleBook) -> None:
        """Put other rules in force, at once."""
        self._rules = rules
        self._changed()

    def preview(
        self, rules: RuleBook, n: int = 10, *, old: RuleBook | None = None, expectations: bool = True
    ) -> RuleDiff:
        """Return what would change for this user, now, if other rules took the place of those in force (or of ``old``).

        ``expectations``: whether to try those as well; it may take longer than the rest.
        """
        me = Person(self.user, self._state.belief, self._context)
        return diff_rules(self.recommender, old or self._rules, rules, [me], n, expectations=expectations)

    def record(
        self, kind: EventKind, subject: str, value: float | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Keep an event and fold the state anew. Once this returns, the event survives a crash."""
        self._keep(kind, subject, value, data)
        self._refold()

    # --- in words -------------------------------------------------------------------------------------------------

    def say(self, text: str, *, about: str = "") -> Act:
        """Take an utterance in; return what to say to it, before the next act.

        Everything understood becomes events; what was not is said so in the Confirm that comes back. Where two readings
        are equally good, the next act asks which is meant. The first wish in free words loads the sentence model and
        takes seconds. Raises nothing for any text.

        Args:
            text: what the user typed.
            about: the item that is highlighted, for "it" and "shorter"; by default the one last talked about.
        """
        kept = len(self._events)
        self._turn = {"said": clean(text), "turn": uuid.uuid4().hex}
        try:
            act = respond(self, text, about)
            if not any(event.data.get("turn") == self._turn["turn"] for event in self._events[kept:]):
                self._keep(EventKind.SAID, self._turn["said"])
        finally:
            self._turn = {}
        return act

    def current_item(self) -> tuple[str, bool]:
        """Return the item last talked about or looked at ("" for none), and whether nothing happened since."""
        return current_item(self._events, self.id, self.graph)

    def demands(self) -> tuple[Question, ...]:
        """Return what the rules in force ask of the user, known or not, for "with friends"."""
        belief = replace(self.belief, facts=())
        return self._rules.questions(self.recommender.scope(belief, self._context))

    def last_said(self) -> str:
        """Return the last utterance that was taken in; "" if there is none."""
        found = undoable(self._events, self.id)
        return str(found.data.get("said", "")) if found is not None else ""

    def doubt(self, question: Question, readings: tuple[Sure, ...]) -> None:
        """Ask next which of several readings is meant, one an option; whatever else is said drops the question."""
        self._doubt = (question, readings)
        self._act = None

    def _settle(self, question: Question, chosen: Sequence[int]) -> None:
        """Carry out the readings that were meant."""
        doubt, self._doubt, self._act = self._doubt, None, None
        if doubt is None or doubt[0] != question:
            return
        said = [question.options[place].label for place in chosen]
        mine = not self._turn
        if mine:
            self._turn = {"said": ", ".join(said), "turn": uuid.uuid4().hex}
        self.heard = (
            "; ".join(carry_out(self, doubt[1][place], None, self._turn["said"]) for place in chosen) or "no matter"
        )
        if mine:
            self._turn = {}

    # --- inside ---------------------------------------------------------------------------------------------------

    def _keep(
        self, kind: EventKind, subject: str, value: float | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        said = {**(data or {}), **self._turn} if kind is not EventKind.UNDONE else dict(data or {})
        self._log.append(Event(kind, subject, value, said, dict(self._context), self._clock(), self.user, self.id))
        # What another window of this user has kept meanwhile comes along, in the order of the log.
        self._events += self._log.events_since(self.user, self._events[-1].id if self._events else 0)

    def _refold(self) -> None:
        self._state = fold(self._events, self.id)
        self._changed()

    def _changed(self) -> None:
        """Forget what followed from the old state, but for the order of the list; look at the clock anew."""
        self._context = {**clock_context(self._clock()), **self._given}
        if self._slates:
            self._previous = tuple(entry.item for entry in next(iter(self._slates.values())))
        self._together = None
        self._slates = {}
        self._absences = {}
        self._act = None
        self._doubt = None

    def _decide(self) -> Act:
        if self._doubt is not None:
            return Ask(self._doubt[0])
        ranking = self.ranking()
        may_ask = len(self._state.kinds) < self._asking_until
        return decide(
            Situation(
                is_dead_end=not ranking.open.any(),
                is_seeking=self._search is not None,
                may_ask=may_ask,
                find_conflict=self._conflict,
                find_demanded=lambda: demanded_question(self),
                find_worthwhile=lambda: next_question(self, ranking),
                find_slate=self.slate,
                seek=lambda: seek(self, self._search or Search(), is_asking=may_ask),
            )
        )

    def _conflict(self) -> Conflict:
        conflict = self.slate().conflict
        assert conflict is not None, "a ranking that leaves nothing has a conflict"
        return conflict

    @property
    def _fair(self) -> Fair:
        self.ranking()
        assert self._together is not None, "ranking makes it"
        return self._together

    def _about(self, entity: str, said: str = "") -> dict[str, Any]:
        return _filled(label=self.graph.label(entity), said=said)


def _filled(**data: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value}
