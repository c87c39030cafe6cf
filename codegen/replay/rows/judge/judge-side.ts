// Judges the rows after a side: missing rows, changed values, and ids that would be assigned again.
import { foldCase } from '../../../../src/sql/names.js'
import type { Fact, ValuesChanged, WatermarkLost } from '../../../model/evidence.js'
import type { Connection } from '../fill/connection.js'
import { tableNamed } from '../fill/table-graph.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { once } from '../../../model/once.js'
import { takeImage, type TableImage } from '../watch/table-image.js'
import type { TablesNow } from '../watch/tables-now.js'
import { lastMention } from './causes.js'
import { comparedTexts } from './compared-texts.js'
import { doubledParts } from './doubled-parts.js'
import { cutQuotients } from './cut-quotients.js'
import { cutMultiples, dividedValues } from './divided-values.js'
import { endingsOf, imagesOf } from './endings.js'
import { equalRowsLost } from './equal-rows.js'
import { exchangedAside } from './exchanged-aside.js'
import { exchangedKeys } from './exchanged-keys.js'
import { exchangedInPart } from './exchanged-in-part.js'
import type { Ending, Fate } from './fate.js'
import { falsyValues } from './falsy-values.js'
import { feedsOf } from './fed-from.js'
import { forsakenRows, forsakenValues } from './forsaken-values.js'
import { judgeIndexes } from './judge-indexes.js'
import { judgeKeyed } from './judge-keyed.js'
import { judgeRemovals } from './judge-removals.js'
import { judgeDoubles, judgeRows } from './judge-rows.js'
import { isGivenUp } from './rows-of-another.js'
import { judgeValues } from './judge-values.js'
import { convertedValues } from './converted-values.js'
import { isElsewhere } from './left-out-elsewhere.js'
import { levelledValues } from './levelled-values.js'
import { overwrittenValues } from './overwritten-values.js'
import type { Written } from './written.js'
import { writtenBy } from './written-tables.js'
import { untiedValues } from './untied-values.js'
import { unlistedValues } from './unlisted-values.js'
import { unpartneredValues } from './unpartnered-values.js'
import { undoneExchanges } from './undone-exchange.js'
import { unindexedRows } from './unindexed-rows.js'
import { unlikeNulls } from './unlike-nulls.js'
import { overwrittenSeeds } from './seeded-rows.js'
import { touchedValues } from './touched-values.js'
import { triggeredValues } from './triggered-values.js'
import { triedRows } from './tried-rows.js'

/** Compares every table that the side can have touched with what is in its place; only `table`, in lower case, if it is given. */
export function judgeSide(
  connection: Connection,
  side: ObservedSide,
  now: TablesNow,
  table?: string,
): Fact[] {
  const imageNow = imagesOf(connection, now)
  const all = endingsOf(side, imageNow)
  const endings = all.filter(({ name }) => table === undefined || name === table)
  const fates = endings.filter((ending): ending is Fate => ending.after !== null)
  const untouched = (name: string): TableImage | null => {
    const known = tableNamed(side.before, name)
    return known ? takeImage(connection, known) : null
  }
  const written = once(() => writtenBy(connection, side, imageNow))
  const feeds = once(() => feedsOf(side))
  const fedFrom = ({ name }: Ending) => once(() => feeds()(name, written()))
  const found = [
    ...fates.flatMap((fate) => [
      ...judgeRows(fate, fedFrom(fate), untouched, imageNow),
      ...triedRows(connection, fate),
      ...(isGivenUp(fate) ? [] : judgeKept(connection, fate, fedFrom(fate))),
    ]),
    ...judgeRemovals(side, endings, written, (name) => imageNow(name) ?? untouched(name)),
    ...endings.flatMap((one) => WRITTEN.flatMap((judge) => judge(one, fedFrom(one)))),
    ...endings.flatMap((ending) => doubledParts(ending, imageNow)),
    ...cutQuotients(side, imageNow),
    ...forsakenValues(side, imageNow),
    ...forsakenRows(side, imageNow, untouched),
    ...equalRowsLost(endings, all, written),
    ...judgeIndexes(connection, side, fates),
    ...judgeKeyed(connection, fates),
    ...unindexedRows(connection, side),
  ]
  return [
    ...found,
    ...endings.flatMap((one) => judgeWatermark(one, heirFound(one, found, imageNow))),
    ...endings.flatMap((one) => exchangedAside(one, written, found)),
  ]
}

/** The findings about rows that remain, or should. */
const judgeKept = (
  connection: Connection,
  fate: Fate,
  written: () => readonly Written[],
): Fact[] => [
  ...judgeDoubles(fate),
  ...unlikeNulls(fate),
  ...judgeValues(fate).filter((fact) => !isElsewhere(fact, fate, written)),
  ...convertedValues(connection, fate),
  ...VALUES.flatMap((judge) => judge(fate)),
]

/** The heir of a table; if it is gone, the new table of another name that was found to have its rows and no others. */
function heirFound(
  { side, after, before: { table }, heir }: Ending,
  found: readonly Fact[],
  imageNow: (name: string) => TableImage | null,
): TableImage | null {
  const kept = found.find((fact) => fact.kind === 'values-kept' && fact.table === table.name)
  if (after || kept?.kind !== 'values-kept') return after
  const name = foldCase(kept.in)
  const fill = heir.fills.find((one) => one.name === name && one.isNew)
  const sources = fill?.sources.filter((one) => tableNamed(side.before, one) !== undefined)
  return sources?.length === 1 ? imageNow(name) : null
}

const WRITTEN = [falsyValues, exchangedInPart, levelledValues] as const

const VALUES: readonly ((fate: Fate) => ValuesChanged[])[] = [
  unlistedValues,
  comparedTexts,
  exchangedKeys,
  undoneExchanges,
  unpartneredValues,
  overwrittenValues,
  triggeredValues,
  touchedValues,
  overwrittenSeeds,
  dividedValues,
  cutMultiples,
  untiedValues,
]

function judgeWatermark(ending: Ending, after: TableImage | null): WatermarkLost[] {
  const { side, before, rebuild } = ending
  const { watermark } = before
  if (watermark === null || after === null) return []
  if (after.watermark !== null && after.watermark >= watermark) return []
  const fate = { ...ending, after }
  if (isEmptied(fate)) return []
  const written = side.effects.findLast(({ table }) => table === 'sqlite_sequence')
  const drop = fate.heir.own.find(({ verb }) => verb === 'drop') ?? rebuild?.removal
  const at = (drop ?? written)?.place ?? lastMention(fate)
  return [
    {
      kind: 'watermark-lost',
      at,
      table: after.table.name,
      before: Number(watermark),
      after: after.watermark === null ? null : Number(after.watermark),
    },
  ]
}

/** If all rows are explicitly deleted, ids may restart on purpose. */
function isEmptied({ heir, after }: Fate): boolean {
  return heir.effects.some(
    ({ verb, tokens }) => verb === 'delete' && (after.count === 0 || !tokens.includes('WHERE')),
  )
}
