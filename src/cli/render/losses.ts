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
      `${count(gone, 'row')} of table ${table} ${gone === 1 ? 'goes' : 'go'}`,
  ),
  ...columns.map(({ table, column, changed }) =>
    changed
      ? `values of column ${column} of table ${table} change`
      : `what column ${column} of table ${table} holds goes`,
  ),
  ...counters.map(
    ({ table, from, to }) =>
      `AUTOINCREMENT of table ${table} goes back from ${from} to ${to}: what deleted rows had is given out again`,
  ),
  ...objects.map((object) => `${object} goes, which ${maker(makers[object])}`),
  ...broken.map(
    ({ object, writes, reason }) =>
      `${object}, which ${maker(makers[object])}, stays and fails (${reason})${writes.length > 0 ? `, and with it every ${writes.join(', every ')}` : ''}`,
  ),
  ...guessed.map(({ version, name, irreversible }) =>
    irreversible === undefined
      ? `${versionId(version)} (${name}) is undone with the down that the code has now, not with that of what was applied`
      : `${versionId(version)} (${name}), which was applied ${withoutDown(irreversible)}, is undone with the down that the code has now`,
  ),
  ...unreplaced.map(
    ({ version, name }) =>
      `${versionId(version)} (${name}) is undone, and the code has nothing in its place`,
  ),
  ...(unknown.length > 0 ? [`${UNKNOWN}: ${unknown.join(', ')}`] : []),
]

const maker = (history: string | undefined): string =>
  history === undefined ? 'no migration is known to have made' : `the history ${history} makes`

const UNKNOWN =
  'what was applied is not known, so nobody knows whether it has made these, which stay'
