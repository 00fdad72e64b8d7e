"""Words in the names of columns that tell what they hold; none of them names a domain."""

from typing import Final

CODES: Final = frozenset(
    """
    asin barcode ean fax geohash geom geometry gtin guid hash isbn issn md5 mobile phone plz postal
    postcode sha tel telephone upc uuid wkb wkt zip zipcode
    """.split()  # noqa: SIM905
)
"""Codes, numbers to dial, shapes for maps."""

COORDINATES: Final = frozenset(
    """
    coordinate coordinates coords geo geopoint lat latitude latlng latlon lng location lon long
    longitude
    """.split()  # noqa: SIM905
)
"""Coordinates."""

PROSE: Final = frozenset(
    """
    about abstract address bio body caption comment comments description details hours_text intro
    introduction note notes openhours opening overview remarks review reviews signature story street
    summary synopsis text
    """.split()  # noqa: SIM905
)
"""What is written in sentences."""

LINKS: Final = frozenset(
    """
    homepage href image link photo picture site thumbnail uri url web webpage website
    """.split()  # noqa: SIM905
)
"""Addresses on the web."""

TRUE_NAMES: Final = frozenset(
    """
    accepts allows can has includes is was with
    """.split()  # noqa: SIM905
)
"""What begins the name of something that is so or not."""

ID_WORDS: Final = frozenset(
    """
    asin code ean guid id ids index iri isbn key no nr number sku slug uid uri uuid
    """.split()  # noqa: SIM905
)
"""What ends the name of an id."""

SHARES: Final = frozenset(
    """
    abv alcohol fraction pct percent percentage proportion rate ratio share
    """.split()  # noqa: SIM905
)
"""What is often written as a share of one."""
PERCENTS: Final = frozenset({"abv", "pct", "percent", "percentage"})
"""What else is written in percent."""
