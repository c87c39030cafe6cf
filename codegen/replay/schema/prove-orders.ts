// Proves that a history comes to the same end in each order in which it may meet the histories that it needs: on their newest
// versions, as in a new installation, and before these, as where it was there already; and that nothing of it goes where these
// are undone again. On tables without rows.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { OrderMatters } from '../../model/other-changed.js'
import type { HistoryRun, OneHistory, OtherHistories } from '../sides/history-run.js'
import { Sharing, type Shared } from './sharing.js'

/** Empty where it needs none, and where a step has effects on the world outside. */
export async function proveOrders(run: HistoryRun): Promise<OrderMatters[]> {
  if (!run.others) return []
  const own: OneHistory = {
    name: '',
    table: run.table,
    registry: run.registry,
    needs: run.needs ?? [],
  }
  const others = run.others.all()
  if ([own, ...others].some(({ registry }) => registry.some(({ effects }) => effects))) return []
  const shared = { run, own, others }
  const after = await inDatabase(run.others, (handle) => new Sharing(shared, handle).othersAfter())
  if (after.found.some(isOwn)) return [...after.found]
  const { stop, lost, differing } = await inDatabase(run.others, (handle) => {
    const sharing = new Sharing(shared, handle)
    const first = sharing.othersFirst()
    return { ...first, differing: sharing.differing(first, after) }
  })
  if (stop) return stop
  return [
    ...(after.found.length > 0 ? await named(shared) : []),
    ...differing,
    ...(lost.length > 0 ? await namedUndone(shared) : []),
  ]
}

/** Of the own history every step is known by itself. */
const isOwn = ({ way }: OrderMatters): boolean => way === 'needed'

/** What was found, once more step by step, to name the versions of the others. */
async function named(shared: Shared): Promise<readonly OrderMatters[]> {
  const work = (handle: Database) => new Sharing(shared, handle, 'apart').othersAfter()
  return (await inDatabase(shared.run.others!, work)).found
}

/** The same of what undoing found. A `down` that fails without this history as well is none of its concern. */
async function namedUndone(shared: Shared): Promise<OrderMatters[]> {
  const undone = async (own: OneHistory): Promise<readonly OrderMatters[]> => {
    const of = { ...shared, own }
    const work = (handle: Database) => new Sharing(of, handle, 'apart').othersFirst()
    return (await inDatabase(shared.run.others!, work)).lost
  }
  const lost = await undone(shared.own)
  if (lost.every(({ way }) => way !== 'stuck')) return [...lost]
  const alone = await undone({ ...shared.own, registry: [] })
  return lost.filter(({ other }) => alone.every((one) => one.other !== other))
}

async function inDatabase<T>({ open }: OtherHistories, work: (handle: Database) => T): Promise<T> {
  const handle = await open()
  try {
    return work(handle)
  } finally {
    handle.close()
  }
}
