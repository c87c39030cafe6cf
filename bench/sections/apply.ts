// Applies small migrations to an empty database, compared with raw better-sqlite3 with the same SQL in as many transactions.
import type { Database } from 'better-sqlite3'
import { migrate, type Registry } from '../../src/drivers/better-sqlite3.js'
import { BUDGETS } from '../budgets.js'
import { JOURNALS, withDatabaseFile, type Journal } from '../contestants/database-file.js'
import { applyAllRaw, applyEachRaw, rawSteps, type RawStep } from '../contestants/raw.js'
import { bundledRegistry } from '../history/generated-registry.js'
import { sampleHistory } from '../history/sample-history.js'
import type { Measurement } from '../measurement.js'
import {
  medianAbove,
  medianRatio,
  medianTime,
  sideBySide,
  type Contestant,
  type Times,
} from '../measure/side-by-side.js'
import type { Bench } from './bench.js'

const SIZES = [10, 100, 1000] as const

/** Rounds by size: short runs are cheap, but noisy. */
const ROUNDS: Readonly<Record<(typeof SIZES)[number], number>> = { 10: 60, 100: 30, 1000: 12 }

/** The size from which the ratio has a budget; below it, the additional time of a run has one. */
const RATIO_FROM = 100

/** The input for one size. */
interface Material {
  readonly raw: readonly RawStep[]
  readonly sql: Registry
  readonly code: Registry
}

type Transactions = 'each' | 'all'

const TRANSACTIONS: readonly (readonly [Transactions, words: string, limit: number])[] = [
  ['each', 'one transaction each', BUDGETS.eachRatio],
  ['all', 'all in one transaction', BUDGETS.allRatio],
]

/** Measures 10, 100 and 1,000 migrations as SQL and as code, in both kinds of journal. */
export async function measureApply(bench: Bench): Promise<Measurement[]> {
  const history = sampleHistory(Math.max(...SIZES))
  const { registry: sql } = await bundledRegistry(bench, history, 'sql')
  const { registry: code } = await bundledRegistry(bench, history, 'code')
  const found: Measurement[] = []
  for (const [journal, words] of JOURNALS) {
    for (const size of SIZES) {
      bench.tell(`applying ${size} migrations, ${words}`)
      const material = {
        raw: rawSteps(history.slice(0, size), sql),
        sql: sql.slice(0, size),
        code: code.slice(0, size),
      }
      const times = sideBySide(contestantsOf(bench, journal, material), bench.rounds(ROUNDS[size]))
      found.push(...interpret(times, words, size))
    }
  }
  return found
}

function contestantsOf(
  { scratch, time }: Bench,
  journal: Journal,
  { raw, sql, code }: Material,
): Contestant[] {
  const onFile = (name: string, apply: (db: Database) => void): Contestant => ({
    name,
    run: () => withDatabaseFile(scratch, journal, (db) => time(() => apply(db))),
  })
  return [
    onFile('raw each', (db) => applyEachRaw(db, raw)),
    onFile('sql each', (db) => void migrate(db, sql)),
    onFile('code each', (db) => void migrate(db, code)),
    onFile('raw all', (db) => applyAllRaw(db, raw)),
    onFile('sql all', (db) => void migrate(db, sql, { transaction: 'all' })),
    onFile('code all', (db) => void migrate(db, code, { transaction: 'all' })),
  ]
}

function interpret(times: Times, journal: string, size: number): Measurement[] {
  return TRANSACTIONS.flatMap(([transactions, words, limit]) => {
    const group = `Apply, ${words}, ${journal}`
    const base = `raw ${transactions}`
    const medianOf = (what: string, name: string): Measurement => ({
      group,
      what,
      unit: 'ms',
      migrations: size,
      value: medianTime(times, name),
    })
    const ratioOf = (what: string, name: string): Measurement => ({
      ...medianOf(what, name),
      unit: 'ratio',
      value: medianRatio(times, name, base),
      ...(size >= RATIO_FROM && { limit }),
    })
    const aboveOf = (what: string, name: string): Measurement => ({
      ...medianOf(`${what}: above raw`, name),
      value: medianAbove(times, name, base),
      limit: BUDGETS.aboveMs,
    })
    const [sql, code] = [`sql ${transactions}`, `code ${transactions}`]
    return [
      ratioOf('SQL entries', sql),
      ratioOf('code entries', code),
      medianOf('raw better-sqlite3', base),
      medianOf('SQL entries', sql),
      medianOf('code entries', code),
      ...(size < RATIO_FROM ? [aboveOf('SQL entries', sql), aboveOf('code entries', code)] : []),
    ]
  })
}
