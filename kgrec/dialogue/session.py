"""Session: one conversation with one user, and the only thing in kgrec that changes.

Whatever the user does becomes an event, is kept, and then the state is folded anew from the events; what the session
shows (the next act, the list, what moved) follows from the state alone. Front ends call these methods and draw what
they return; they never see a scorer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self

from kgrec.acts import Act, Ask, Confirm, Event, EventKind, Question, QuestionKind, Reply
from kgrec.arguments import a, checked
from kgrec.audit.case import Case
from kgrec.dialogue.asking import demanded_question, next_question
from kgrec.dialogue.companions import Companion, joined
from kgrec.dialogue.consequences import Consequences
from kgrec.dialogue.journal import Journal
from kgrec.dialogue.log import EventLog, MemoryLog
from kgrec.dialogue.policy import Situation, decide
from kgrec.dialogue.seeking import Search, seek, take, wanted_as_wish
from kgrec.dialogue.state import Chip, Line, State, answer_data
from kgrec.domain import Belief, Recommendation, Relaxation, Slate, Value
from kgrec.graph.lookup import Match
from kgrec.ranking import Ranking, understood
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.shelves import ROWS, Shelf
from kgrec.text import clean

if TYPE_CHECKING:
    from kgrec.audit.diff import RuleDiff
    from kgrec.audit.whynot import WhyNot
    from kgrec.dialogue.readings import Sure

MOST_QUESTIONS: Final = 12
"""After so many questions the list is shown whatever doubt is left; more are asked on demand."""


@checked(recommender=a(Recommender, "Recommender().fit(graph)"), rules=a(RuleBook, "RuleBook.load(path, graph)"))
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
        journal: Journal,
        facts: Mapping[str, Value],
        companions: Sequence[Companion],
        search: Search | None,
    ) -> None:
        self.recommender = recommender
        self.graph = recommender.graph_
        self.journal = journal
        self._rules = rules
        self._elsewhere = recommender.believe(user=journal.user, facts=facts)
        self.companions: Final = tuple(companions)  # whom the list shall suit beside the user
        self._search = search
        self._asking_until = MOST_QUESTIONS
        self._previous: tuple[str, ...] = ()
        self._consequences: Consequences | None = None
        self._act: Act | None = None
        self._doubt: tuple[Question, tuple[Sure, ...]] | None = None
        self.heard = ""  # what an answer to "which do you mean?" was taken for
        self.refold()

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
            wishes: what the user is after, as ids or rule expressions; with any, one item that fits is sought.
            search: how it seeks; with the defaults of :class:`Search` if there are wishes.
            companions: who shall like the list too; what is said here counts for the user alone.
        """
        rules = rules if rules is not None else RuleBook.empty(recommender.graph_)
        rules.check_given(facts or {}, context or {})
        journal = Journal(log if log is not None else MemoryLog(), user, context or {}, clock)
        if not (resume and journal.resume()):
            journal.begin(recommender.graph_.name)
        session = cls(recommender, rules, journal, facts or {}, companions, search or (Search() if wishes else None))
        for wish in wishes:
            session.wish(*wanted_as_wish(session.graph, wish) if wish in session.graph else (wish,))
        return session

    # --- what there is to see -------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The id of the session; :meth:`start_over` begins another."""
        return self.journal.session

    @property
    def user(self) -> str:
        """Whose conversation it is."""
        return self.journal.user

    @property
    def state(self) -> State:
        """What has been said so far, folded."""
        return self._state

    @property
    def belief(self) -> Belief:
        """What we think of the user now, but for wishes that mean nothing under the rules in force."""
        return self._view.case.belief

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
        return self.journal.context

    def ranking(self) -> Ranking:
        """Return every item scored for the belief of now, and those of the companions."""
        return self._view.ranking

    def slate(self, n: int = 10) -> Slate:
        """Return the list of now."""
        return self._view.slate(n)

    def shelves(self, n: int = 10, rows: int = ROWS) -> tuple[Shelf, ...]:
        """Return at most ``rows`` titled rows of at most ``n`` items: the list of now, then what else there is."""
        return self._view.shelves(n, rows)

    def act(self) -> Act:
        """Return what to do next: ask, show the list, or offer ways out of a dead end."""
        if self._act is None:
            self._act = self._decide()
        return self._act

    def explain(self, item: str) -> Recommendation:
        """Return an item, on the list or not, with all its reasons; raises UnknownEntityError."""
        return self._view.explain(self.graph.item(item))

    def why_not(self, item: str, n: int = 10) -> WhyNot:
        """Return why an item is not on the list and what would bring it there; raises UnknownEntityError."""
        return self._view.why_not(item, n)

    def find(self, name: str, n: int = 8) -> tuple[Match, ...]:
        """Return the items that a name may mean; for an empty one, those that just missed the list."""
        return self.recommender.lookup_.find(name, n, among="items") if name.strip() else self._view.missed(10, n)

    def moves(self, n: int = 10) -> dict[str, int | None]:
        """Return how many places each item of the list went up since the last event; None: it is new."""
        ranks = {item: rank for rank, item in enumerate(self._previous)}
        now = [entry.item for entry in self.slate(n)]
        if not ranks:
            return dict.fromkeys(now, 0)
        return {item: ranks[item] - rank if item in ranks else None for rank, item in enumerate(now)}

    def transcript(self) -> tuple[Line, ...]:
        """Return the questions and answers of this session, for drawing a resumed one."""
        return self.journal.transcript()

    # --- what the user can do -------------------------------------------------------------------------------------

    def reply(self, reply: Reply) -> None:
        """Answer what :meth:`act` returned without words: by ids of values or items; see :func:`seeking.take`."""
        take(self, reply)

    def answer(self, question: Question, chosen: Sequence[int], refused: Sequence[int] = ()) -> None:
        """Answer a question by the positions of the options chosen, counted from 0; none means "don't mind".

        ``refused``: those that what is wanted has not, for kind WANTED. Raises ValueError for a position of no option.
        """
        question.check((*chosen, *refused))
        if question.kind is QuestionKind.MEANT:
            self._settle(question, chosen)
            return
        self.record(EventKind.ANSWERED, question.id, data=answer_data(question, chosen, refused, self.graph))

    def skip(self, question: Question) -> None:
        """Pass a question; it is not put again in this session."""
        self.answer(question, ())

    def rate(self, item: str, value: float, said: str = "") -> None:
        """Rate an item from -1 (hated it) to 1 (loved it)."""
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
        self._record_each(EventKind.SEEN, items)

    def pass_over(self, items: Sequence[str]) -> None:
        """Leave items out of the list for the rest of this session."""
        self._record_each(EventKind.SKIPPED, items)

    def wish(self, expression: str, label: str = "", said: str = "", *, instead: str = "", weight: float = 0.0) -> None:
        """Ask for items for which an expression holds, ``instead`` of an earlier one; raises RuleError.

        ``weight``: the points it is worth; 0: it is a must.
        """
        self._rules.mask(expression, self.recommender.scope(self.belief, self.context))
        told = _filled(expression=expression, label=label, said=said, weight=weight)
        self.record(EventKind.WISHED, expression, data=told | ({"instead": [instead]} if instead else {}))

    def wish_text(self, text: str, said: str = "") -> None:
        """Ask for something in free words."""
        self.record(EventKind.TOLD, text, data=_filled(said=said))

    def note_opened(self, item: str) -> None:
        """Keep that the user looked at an item; it teaches nothing yet, and undo passes over it."""
        self.journal.keep(EventKind.OPENED, item)

    def turn(self, dial: str, value: float, said: str = "") -> None:
        """Turn one of the Dials of the list, until :meth:`undo` or the end of the session; raises ValueError."""
        replace(self.belief.dials, **{dial: value})  # is it on the scale?
        self.record(EventKind.TURNED, dial, value, _filled(said=said))

    def relax(self, way: Relaxation) -> None:
        """Give up the wishes of a way out, rules among them, until :meth:`undo` or the end of the session."""
        labels = ", ".join(wish.label for wish in way.drop)
        self.record(EventKind.RELAXED, labels, data={"expressions": [wish.expression for wish in way.drop]})

    def undo(self, event: int | None = None, entity: str = "") -> Event | None:
        """Take back an event, by default what was said or done last; return it, or None if there is nothing.

        What one utterance said goes at once, however many events it made; of several answers maybe only ``entity``.
        """
        if (found := self.journal.undo(event, entity)) is not None:
            self.refold()
        return found

    def show_me(self) -> None:
        """Stop asking and show the list."""
        self._asking_until, self._act = 0, None

    def ask_more(self) -> None:
        """Go on asking, up to MOST_QUESTIONS more."""
        self._asking_until = len(self._state.kinds) + MOST_QUESTIONS
        self.journal.unanswered.clear()
        self._act = None

    def start_over(self) -> None:
        """Begin a new session: wishes are forgotten, lasting taste stays."""
        self._asking_until = MOST_QUESTIONS
        self.journal.begin(self.graph.name)
        self.refold()

    def set_rules(self, rules: RuleBook) -> None:
        """Put other rules in force, at once."""
        self._rules = rules
        self.refold()

    def preview(
        self, rules: RuleBook, n: int = 10, *, old: RuleBook | None = None, expectations: bool = True
    ) -> RuleDiff:
        """Return what would change for this user, now, if other rules took the place of those in force (or of ``old``).

        ``expectations``: whether to try those as well; it may take longer than the rest.
        """
        from kgrec.audit.diff import diff_rules  # not needed before rules are edited
        from kgrec.audit.diff_people import Person

        me = Person(self.user, self._told, self.context)
        return diff_rules(self.recommender, old or self._rules, rules, [me], n, expectations=expectations)

    def record(
        self, kind: EventKind, subject: str, value: float | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Keep an event and fold the state anew. Once this returns, the event survives a crash."""
        self.journal.keep(kind, subject, value, data)
        self.refold()

    # --- in words -------------------------------------------------------------------------------------------------

    def say(self, text: str, *, about: str = "") -> Act:
        """Take an utterance in; return what to say to it, before the next act.

        Everything understood becomes events; what was not is told in the Confirm that comes back. Of readings equally
        good the next act asks which is meant. The first wish in free words loads the sentence model and takes seconds.
        Raises nothing for any text. ``about``: the highlighted item, for "it" and "shorter"; by default the last named.
        """
        from kgrec.dialogue.respond import reply_text, respond  # all that understands words: not before the first

        with self.journal.utterance(clean(text)):
            is_kept = self.journal.reply(reply_text(act := respond(self, text, about)))
            return act if is_kept or not isinstance(act, Confirm) else replace(act, is_passing=True)

    def doubt(self, question: Question, readings: tuple[Sure, ...]) -> None:
        """Ask next which of several readings is meant, one an option; whatever else is said drops the question."""
        self._doubt, self._act = (question, readings), None

    def _settle(self, question: Question, chosen: Sequence[int]) -> None:
        """Carry out the readings that were meant."""
        doubt, self._doubt, self._act = self._doubt, None, None
        if doubt is None or doubt[0] != question:
            return
        with self.journal.utterance(", ".join(question.options[place].label for place in chosen)):
            said = self.journal.turn["said"]
            from kgrec.dialogue.respond import carry_out

            heard = [carry_out(self, doubt[1][place], None, said) for place in chosen]
        self.heard = "; ".join(heard) or "no matter"

    # --- inside ---------------------------------------------------------------------------------------------------

    def _record_each(self, kind: EventKind, items: Sequence[str]) -> None:
        for item in items:
            self.journal.keep(kind, item, data=self._about(item))
        self.refold()

    def refold(self) -> None:
        """Fold the state anew, forget what followed from the old one but for the order of the list, see the time."""
        self._state = self.journal.state()
        self.journal.look_at_clock()
        if self._consequences is not None and (listed := self._consequences.first_listed) is not None:
            self._previous = listed
        self._consequences = self._act = self._doubt = None

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
                find_conflict=lambda: self._view.conflict,
                find_demanded=lambda: demanded_question(self),
                find_worthwhile=lambda: next_question(self, ranking),
                find_slate=self.slate,
                seek=lambda: seek(self, self._search or Search(), is_asking=may_ask),
            )
        )

    @property
    def _view(self) -> Consequences:
        if self._consequences is None:
            case = Case(self.recommender, understood(self._told, self._rules)[0], self._rules, self.context)
            self._consequences = Consequences(case, self.user, self.companions)
        return self._consequences

    @property
    def _told(self) -> Belief:
        """All that was said, and what is known of the user from elsewhere, understood or not."""
        return joined((self._elsewhere, self._state.belief))

    def _about(self, entity: str, said: str = "") -> dict[str, Any]:
        return _filled(label=self.graph.label(entity), said=said)


def _filled(**data: Any) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value}
