"""The roster of a batch for paper and workbook: masked, in the order of areas, with the frozen digest and signatures."""

from yinling.base.api import CHINA, area_name, record
from yinling.base.contracts import Event
from yinling.benefits.contracts import KIND_NAMES, LINE_NAMES, Kind, LineState, Roster, RosterRow, Signature
from yinling.benefits.models import Batch
from yinling.benefits.queries.figures import signatures
from yinling.benefits.queries.sql import rows
from yinling.benefits.rules.roster import roster_xlsx
from yinling.benefits.rules.terms import item_name

ROSTER = """SELECT row_number() OVER (ORDER BY l.hukou_area, p.name, l.item, l.month, l.uid), p.name, p.id_masked,
    l.payee_tail, coalesce(street.name, ''), coalesce(community.name, ''), l.item, l.month, l.kind, l.fen, l.state
    FROM benefits_line l JOIN people_record p ON p.person = l.person
    LEFT JOIN base_area community ON community.code = l.hukou_area
    LEFT JOIN base_area street ON street.code = left(l.hukou_area, 9) || '000'
    WHERE l.batch_id = %s ORDER BY 1"""


def roster_of(row: Batch) -> Roster:
    """The roster as it stands, masked."""
    return Roster(
        row.number,
        row.month,
        area_name(row.area),
        tuple(
            RosterRow(
                seq,
                name,
                id_masked,
                f"****{tail}" if tail else "",
                street,
                community,
                item_name(item),
                month,
                KIND_NAMES[Kind(kind)],
                -fen if kind == Kind.OFFSET else fen,
                LINE_NAMES[LineState(state)],
            )
            for seq, name, id_masked, tail, street, community, item, month, kind, fen, state in rows(
                ROSTER, [row.uid]
            )
        ),
        tuple(Signature(one.step, one.name, one.at.astimezone(CHINA)) for one in signatures(row)),
        row.digest,
    )


def roster_file(row: Batch) -> bytes:
    """The roster as a workbook; taking it out is in the trail."""
    found = roster_of(row)
    record(Event("benefits.roster_exported", "batch", str(row.uid), row.area, {"rows": len(found.rows)}))
    return roster_xlsx(found)
