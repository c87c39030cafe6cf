// Proves that a history has the same result in each order with the histories that it needs: after their newest versions, as in a new
// installation, and before these, as where it was applied already; and that undoing those takes nothing of it away. On tables without rows.
import { groupedBy } from '../../../src/model/collected.js'
import type { OrderMatters, OrdersTried } from '../../model/other-changed.js'
import type { HistoryRun, OneHistory } from '../sides/history-run.js'
import { firstCause, type Reached } from './order-culprit.js'
import { apartAt, type Apart, type OrderEnd } from './order-ends.js'
import { needsText, Sharing, type Shared } from './sharing.js'
import type { Unsound } from './unsound.js'

/** Empty if it needs no other history, and if a step has effects outside the database. */
export async function proveOrders(run: HistoryRun): Promise<(OrderMatters | OrdersTried)[]> {
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
  const after = await inDatabase(shared, (one) => ({ found: one.othersAfter(), ...lookOf(one) }))
  const failed = after.found.find(isOwn)
  if (failed) return failedAlone(shared, failed)
  const version = own.registry.length
  const low = await tooLow(shared, after.unsoundAt)
  const tried: OrdersTried = { kind: 'orders-tried', version, unsound: unsoundBut(low, after) }
  const { stop, end, lost } = await inDatabase(shared, (one) => one.othersFirst(after.end.foreign))
  if (!end) return [...low, ...(await stopped(shared, stop ?? [])), tried]
  return [
    ...low,
    ...(after.found.length > 0 ? await named(shared) : []),
    ...(await apart(shared, after, end)),
    ...(lost.length > 0 ? await namedUndone(shared) : []),
    tried,
  ]
}

/** The result of an order, and objects whose faults do not depend on it. */
interface Look {
  readonly end: OrderEnd
  readonly faults: ReadonlySet<string>
  readonly unsoundAt: ReadonlyMap<number, Unsound>
}

const lookOf = (one: Sharing): Look => ({
  end: one.end(),
  faults: one.faults,
  unsoundAt: one.unsoundAt,
})

const isOwn = ({ way }: OrderMatters): boolean => way === 'needed'

/**
 * A version that fails with what it needs. It is not the need where nothing else fails with later versions than those: that is
 * about a foreign key, which the proof has found as well.
 */
async function failedAlone(
  shared: Shared,
  failed: OrderMatters,
): Promise<(OrderMatters | OrdersTried)[]> {
  const { version } = failed
  const { [version]: doubts, ...unsound } = shared.run.doubts ?? {}
  const [, other] = [...(await later(shared, version, ['']))][0] ?? []
  if (other === undefined) return doubts ? [] : [failed]
  const tried = { kind: 'orders-tried', version: shared.own.registry.length, unsound } as const
  return [{ ...failed, by: { other, statement: null } }, tried]
}

const later = (shared: Shared, version: number, objects: readonly string[]) =>
  inDatabase(shared, (one) => one.firstWorking(version, objects), 'apart')

/** Versions that leave objects that do not work with what they need, and do so with a later version of the others. */
async function tooLow(
  shared: Shared,
  unsoundAt: Look['unsoundAt'],
): Promise<readonly OrderMatters[]> {
  const told: OrderMatters[] = []
  for (const [version, unsound] of unsoundAt) {
    const objects = [...unsound.keys()]
    for (const [object, other] of await later(shared, version, objects))
      told.push({
        kind: 'order-matters',
        way: 'needed',
        version,
        other: needsText(shared.own, version),
        objects: [object],
        message: unsound.get(object)!,
        by: { other, statement: null },
      })
  }
  return told
}

/** By version, what does not work right after it, whatever the others do. */
function unsoundBut(low: readonly OrderMatters[], { unsoundAt }: Look): OrdersTried['unsound'] {
  const isLow = (object: string, version: number): boolean =>
    low.some((one) => one.version === version && one.objects.includes(object))
  return Object.fromEntries(
    [...unsoundAt].map(([version, unsound]) => [
      version,
      [...unsound.keys()].filter((object) => !isLow(object, version)),
    ]),
  )
}

/** Adds the change in the others that the history fails on. */
async function stopped(
  shared: Shared,
  found: readonly OrderMatters[],
): Promise<readonly OrderMatters[]> {
  const [stop] = found
  if (!stop) return []
  const isOther = (reached: Reached): Promise<boolean> =>
    inDatabase(shared, (one) => one.othersUpTo(reached) === 'own-failed')
  return [{ ...stop, by: await firstCause(shared.others, isOther, stop) }]
}

/** What differs between the two results, once per cause; objects reported for one order are not reported for both. */
async function apart(
  shared: Shared,
  { found, end: after, faults }: Look & { readonly found: readonly OrderMatters[] },
  first: OrderEnd,
): Promise<OrderMatters[]> {
  if (found.some(({ way }) => way === 'after')) return []
  const except = new Set([...faults, ...found.flatMap(({ objects }) => objects)])
  const groups = groupedBy(apartAt({ after, first }, except), ({ version, reason }) =>
    JSON.stringify([version, reason]),
  )
  const told: OrderMatters[] = []
  for (const group of groups.values())
    told.push(await tellApart(shared, group, { after, first, except }))
  return told
}

interface Ends {
  readonly after: OrderEnd
  readonly first: OrderEnd
  readonly except: ReadonlySet<string>
}

async function tellApart(
  shared: Shared,
  group: readonly Apart[],
  { after, first, except }: Ends,
): Promise<OrderMatters> {
  const [{ object, version, reason, difference }] = group as [Apart]
  const isOther = (reached: Reached): Promise<boolean> =>
    inDatabase(shared, (one) => {
      const come = one.othersUpTo(reached)
      if (come !== 'end') return come === 'own-failed'
      return apartAt({ after, first: one.end(after.foreign) }, except).some(
        (found) => found.object === object,
      )
    })
  const message = reason ?? ''
  const sql = first.schema.get(object)?.sql ?? after.schema.get(object)?.sql
  const by = await firstCause(shared.others, isOther, { message, ...(sql && { sql }) })
  return {
    kind: 'order-matters',
    way: reason === null ? 'differs' : 'unsound',
    version,
    other: by.other,
    objects: group.map((one) => one.object),
    message,
    by,
    ...(difference && { difference }),
  }
}

/** Repeats the trial step by step, to name the versions of the others. */
const named = (shared: Shared): Promise<OrderMatters[]> =>
  inDatabase(shared, (one) => one.othersAfter(), 'apart')

/** The same for what undoing found. A `down` that also fails without this history is not its concern. */
async function namedUndone(shared: Shared): Promise<OrderMatters[]> {
  const undone = async (own: OneHistory): Promise<readonly OrderMatters[]> =>
    (await inDatabase({ ...shared, own }, (one) => one.othersFirst(), 'apart')).lost
  const lost = await undone(shared.own)
  if (lost.every(({ way }) => way !== 'stuck')) return [...lost]
  const alone = await undone({ ...shared.own, registry: [] })
  return lost.filter(({ other }) => alone.every((one) => one.other !== other))
}

async function inDatabase<T>(
  shared: Shared,
  work: (sharing: Sharing) => T,
  steps: 'together' | 'apart' = 'together',
): Promise<T> {
  const handle = await shared.run.others!.open()
  try {
    return work(new Sharing(shared, handle, steps))
  } finally {
    handle.close()
  }
}
