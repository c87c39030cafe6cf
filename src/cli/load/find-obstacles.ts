// Explains why schema.sql cannot replace the migrations: replays them in memory and checks what they leave besides the schema.
import { groupedBy } from '../../model/collected.js'
import type { Gate, GateStep } from '../../model/gate.js'
import type { RegistryEntry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import { gateWith } from '../../run/gate-with.js'
import type { Exclusions } from '../../schema/not-ours.js'
import { splitStatements } from '../../sql/split-statements.js'
import { replaySchema, type Replay } from '../database/replay-schema.js'
import { besideSchema } from './beside-schema.js'

/** Sentences without a full stop; empty if a replay shows that there is nothing but the schema. */
export async function findObstacles(replay: Replay): Promise<string[]> {
  const outside = replay.registry.filter(({ effects }) => effects !== undefined)
  if (outside.length > 0)
    return outside.map((entry) => `${named(entry)} has effects on the outside world`)
  const needing = replay.registry.filter(({ needs }) => needs !== undefined)
  if (needing.length > 0) return needing.map((entry) => `${named(entry)} needs other histories`)
  const found: Found = { since: new Map(), actions: [] }
  const replayed = await replaySchema({ ...replay, gates: [watchWith(found)] })
  if ('problem' in replayed)
    return [`they could not be applied to an empty database in memory (${replayed.reason})`]
  return [...bySteps(found.since), ...found.actions]
}

interface Found {
  /** The step after which each item exists. */
  since: ReadonlyMap<string, GateStep>
  readonly actions: string[]
}

const watchWith = (found: Found): Gate =>
  gateWith(({ database, table, ignoreTables }) => {
    const exclusions: Exclusions = { ledger: table, ignoreTables }
    let opened: ReadonlySet<string> | undefined
    let seen: (string | null)[] = []
    return {
      *before() {
        opened ??= new Set(yield* besideSchema(database, exclusions))
        seen = []
      },
      see: (sql) => void seen.push(sql),
      *after(step) {
        if (step.outside) found.actions.push(...seen.flatMap((sql) => actionsIn(step, sql)))
        const there = (yield* besideSchema(database, exclusions)).filter((one) => !opened?.has(one))
        found.since = new Map(there.map((one) => [one, found.since.get(one) ?? step]))
      },
    }
  })

/** What no replay in memory shows, because it belongs to the file, or to another one. */
const FILE = /^(?:ATTACH\b|PRAGMA\s+(?:\S+\s*\.\s*)?(?:journal_mode|page_size|auto_vacuum)\s*[=(])/i

function actionsIn(step: GateStep, sql: string | null): string[] {
  if (sql === null) return [`${named(step)} runs SQL outside a transaction that cannot be seen`]
  return splitStatements(sql)
    .filter(({ text }) => FILE.test(text))
    .map(({ text }) => `${named(step)} runs ${text.slice(0, 60)}`)
}

function bySteps(since: ReadonlyMap<string, GateStep>): string[] {
  const inOrder = [...since].sort(([, one], [, other]) => one.version - other.version)
  const found = groupedBy(inOrder, ([, step]) => named(step))
  return [...found].map(([step, all]) => `${step} leaves ${all.map(([what]) => what).join(', ')}`)
}

const named = ({ version, name }: Pick<RegistryEntry<never>, 'version' | 'name'>): string =>
  `${versionId(version)} (${name})`
