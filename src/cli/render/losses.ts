// Renders what undoing loses, and what is unknown. Pure.
import type { Losses } from '../../model/losses.js'
import { versionId } from '../../model/version.js'
import { count } from '../terminal/quantities.js'
import { withoutDown } from './sources.js'

/** One line for each; empty if there is nothing. */
export const renderLosses = ({
  rows,
  columns,
  counters,
  unknown,
  objects,
  broken,
  makers = {},
  guessed,
  unreplaced,
}: Losses): string[] => [
  ...rows.map(
    ({ table, rows: gone }) =>
      `${count(gone, 'row')} of table ${table} ${gone === 1 ? 'is' : 'are'} lost`,
  ),
  ...columns.map(({ table, column, changed }) =>
    changed
      ? `values of column ${column} of table ${table} change`
      : `the values of column ${column} of table ${table} are lost`,
  ),
  ...counters.map(
    ({ table, from, to }) =>
      `AUTOINCREMENT of table ${table} goes back from ${from} to ${to}: ids of deleted rows are used again`,
  ),
  ...objects.map((object) => `${object}, which ${maker(makers[object])}, is dropped`),
  ...broken.map(
    ({ object, writes, reason }) =>
      `${object}, which ${maker(makers[object])}, stays but fails (${reason})${writes.length > 0 ? `, and with it every ${writes.join(', every ')}` : ''}`,
  ),
  ...guessed.map(({ version, name, irreversible }) =>
    irreversible === undefined
      ? `${versionId(version)} (${name}) is undone with the current down, not with that of what was applied`
      : `${versionId(version)} (${name}), which was applied ${withoutDown(irreversible)}, is undone with the current down`,
  ),
  ...unreplaced.map(
    ({ version, name }) =>
      `${versionId(version)} (${name}) is undone, and the code has nothing to replace it`,
  ),
  ...(unknown.length > 0 ? [`${UNKNOWN}: ${unknown.join(', ')}`] : []),
]

const maker = (history: string | undefined): string =>
  history === undefined ? 'no known migration creates' : `the history ${history} creates`

const UNKNOWN = 'what was applied is unknown, and may have created these, which stay'
