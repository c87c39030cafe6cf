// Measures each statement of a run on the connection that runs it: its time, its rows, and its query plan.
import { remembered } from '../../model/collected.js'
import type { Driver } from '../../database/driver.js'
import type { EventStep, MigrationEvent } from '../../model/events.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { planWarnings } from './plan-warnings.js'
import type { Asked, Measure } from './measure.js'
import { askedByRunner } from './of-runner.js'
import { timeHandle } from './time-handle.js'

/** One statement of a step; all calls with the same text are counted together. */
export interface ProfiledStatement extends Pick<EventStep, 'version' | 'id' | 'direction'> {
  readonly sql: string
  readonly calls: number
  readonly durationMs: number
  /** The number of changed rows, including those of triggers, or of read rows if none was changed. */
  readonly rows: number
  /** What makes it slow on large tables, in sentences. */
  readonly warnings: readonly string[]
  /** Set for what Lockstep runs for itself in the step, including COMMIT, counted as one. */
  readonly ofLockstep?: true
}

/** Measures the steps of a run on its own driver. It has to be told when they begin and end. */
export interface RunProfile {
  readonly driver: Driver<ClientHandle, 'sync'>
  hear(event: MigrationEvent): void
  /** The slowest first. */
  statements(): readonly ProfiledStatement[]
}

/** Further texts of one step, for example with literal values, are counted as one. */
const MOST_TEXTS = 1_000

const REST = 'other statements'

const OWN = 'COMMIT and other statements of Lockstep'

type Counted = { -readonly [K in keyof ProfiledStatement]: ProfiledStatement[K] }

/** A profile of what runs through the driver, and through its handle while a migration's code has it. */
export function profileRun(
  driver: Driver<ClientHandle, 'sync'>,
  table = '_migrations',
): RunProfile {
  const steps = new Map<string, Map<string, Counted>>()
  let step: EventStep | null = null
  let isMeasuring = false
  let used = 0
  const measure: Measure = (asked, run, rowsRead) => {
    // What a statement itself causes to run, for example through a function of the application, is a part of it.
    if (!step || isMeasuring) return run()
    isMeasuring = true
    try {
      const counted = countedIn(textsOf(steps, step), step, asked, driver)
      const [usedBefore, before, begun] = [used, totalChanges(driver), performance.now()]
      let read = 0
      try {
        const answer = run()
        read = rowsRead(answer)
        return answer
      } finally {
        // A failed one has taken its time as well. On the handle, a statement that nobody watched is the driver's own.
        const took = performance.now() - begun
        if (!asked.isOnHandle || asked.calls === 0 || used !== usedBefore) {
          counted.durationMs += took
          counted.calls += asked.calls
          counted.rows += totalChanges(driver) - before || read
        }
      }
    } finally {
      isMeasuring = false
    }
  }
  return {
    driver: measuring(driver, { measure, table, onUse: () => (used += 1) }),
    hear(event) {
      if (event.type === 'step-start') step = event
      if (event.type === 'step-end' || event.type === 'step-failed') step = null
    },
    statements: () => slowestFirst(steps),
  }
}

const slowestFirst = (steps: ReadonlyMap<string, ReadonlyMap<string, Counted>>): Counted[] =>
  [...steps.values()]
    .flatMap((texts) => [...texts.values()])
    .filter(({ calls }) => calls > 0)
    .sort((one, other) => other.durationMs - one.durationMs)

/** Runs scripts statement by statement, so that each is timed separately. */
const measuring = (
  driver: Driver<ClientHandle, 'sync'>,
  { measure, table, onUse }: { measure: Measure; table: string; onUse: () => void },
): Driver<ClientHandle, 'sync'> => ({
  ...driver,
  runsScripts: false,
  execute: (sql) =>
    measure(
      askedByRunner({ sql, values: [], by: 'execute' }, table),
      () => driver.execute(sql),
      () => 0,
    ),
  query: (sql, values = []) =>
    measure(
      askedByRunner({ sql, values, by: 'query' }, table),
      () => driver.query(sql, values),
      (rows) => rows.length,
    ),
  watch(inspect, use) {
    const end = driver.watch!(inspect, (sql) => {
      onUse()
      use?.(sql)
    })
    const stop = timeHandle(driver.handle, measure)
    return () => {
      stop()
      end()
    }
  },
})

const textsOf = (
  steps: Map<string, Map<string, Counted>>,
  { version, direction }: EventStep,
): Map<string, Counted> => remembered(steps, `${version} ${direction}`, () => new Map())

function countedIn(
  texts: Map<string, Counted>,
  { version, id, direction }: EventStep,
  { sql, values, isOwn, isUnplanned }: Asked,
  driver: Driver<ClientHandle, 'sync'>,
): Counted {
  const text = isOwn ? OWN : texts.has(sql) || texts.size < MOST_TEXTS ? sql : REST
  const known = texts.get(text)
  if (known) return known
  const warnings = text === REST || isOwn || isUnplanned ? [] : planWarnings(driver, sql, values)
  const none = { calls: 0, durationMs: 0, rows: 0, warnings, ...(isOwn && { ofLockstep: isOwn }) }
  const counted = { version, id, direction, sql: text, ...none }
  texts.set(text, counted)
  return counted
}

const totalChanges = (driver: Driver<ClientHandle, 'sync'>): number =>
  Number(driver.query('SELECT total_changes() AS n')[0]?.['n'])
