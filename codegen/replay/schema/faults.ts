// Proves that a failure in the middle of a step leaves nothing behind: stops the step at many places and compares.
import type { Entry } from '../sides/step-side.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import { isLockstepError } from '../../../src/errors/lockstep-error.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { KeyWatch } from '../../../src/run/keys/key-watch.js'
import { rollBack, takeLock } from '../../../src/run/ledger/lock.js'
import { runStep } from '../../../src/run/run-step.js'
import { taskOf } from '../../../src/run/environment/task.js'
import { diffSchemas } from '../../../src/schema/diff-schema.js'
import type { FaultLeft, StepPlace } from '../../model/evidence.js'
import { wholeSide } from '../sides/whole-side.js'
import { cutOff, statementPlaces } from '../sides/cut-off.js'
import type { Finding } from '../sides/schema-transition.js'
import { withForeignKeysOf, type ReplayPass } from '../sides/replay-pass.js'
import { rowPrint } from '../catalog/row-print.js'
import { runSideWithin, type SideFailure } from '../sides/run-side.js'
import type { SchemaPass } from './schema-pass.js'

/** A step to stop; code is stopped after a number of statements on the handle, or at its end. */
interface Trial {
  readonly at: StepPlace
  readonly entry: Entry
  readonly after: number
}

/** Where a step can be stopped, and what it runs, as far as visible. */
interface Course {
  readonly trials: readonly Trial[]
  readonly texts: readonly string[]
}

/** The result of stopping a step. */
export interface FaultFinding extends Finding {
  /** Why code failed by itself, so that nothing more was tried; null if it did not. */
  readonly failure: SideFailure | null
}

/** In a history with more versions to prove, only some are stopped. */
const MOST_VERSIONS = 100

/** How many statements run at most to prove one step, and in how many places it is stopped. */
const MOST_STATEMENTS = 2000
const MOST_TRIALS = 12

/**
 * Stops `up` after each of its statements, as a failure there would, lets the runtime roll back, and compares the schema and up to a
 * thousand rows of each table that the step names with those before. For code, statements are the texts that it runs on the handle. Of
 * steps with more than twelve statements, and of histories with more than 100 versions to prove, an even sample is stopped. Steps with
 * effects and those outside transactions are not stopped; a step that fails by itself is left to whoever applies it.
 */
export function proveFaults(pass: SchemaPass, entry: Entry): FaultFinding {
  const { run, current, look } = pass
  const share = MOST_VERSIONS / (run.registry.length - run.provenTo)
  if (entry.effects !== undefined || entry.transaction === false || !isChosen(entry, share))
    return NOTHING
  run.report(entry.version, 'up')
  return withForeignKeysOf(current.replay, entry, () => {
    const course = courseOf(current.replay, entry)
    if ('failure' in course) return { ...NOTHING, ...course }
    const { handle } = current.replay
    const rows = rowPrint(handle, look, course.texts).text
    const isUntouched = schemaWatch(current.replay, entry)
    for (const trial of sample(course.trials, mostTrials(course))) {
      const outcome = stop(current.replay, trial)
      if (outcome === 'failed') return NOTHING
      const now = !handle.open || isUntouched() ? look : current.read()
      const differences = diffSchemas(look.schema, now.schema)
      const same = differences.length === 0 && rowPrint(handle, look, course.texts).text === rows
      if (outcome === 'left' || !same)
        return faultLeft({ kind: 'fault-left', at: trial.at, differences })
    }
    return NOTHING
  })
}

/** Evenly spread, but not at a fixed interval: every tenth migration of a history may be of one kind. */
const isChosen = ({ version }: Entry, share: number): boolean => (version * GOLDEN) % 1 < share

const GOLDEN = (Math.sqrt(5) - 1) / 2

const NOTHING: FaultFinding = { facts: [], spoiled: false, failure: null }

const faultLeft = (fact: FaultLeft): FaultFinding => ({
  facts: [fact],
  spoiled: true,
  failure: null,
})

/**
 * Whether no schema change remains, without reading the schema: SQLite counts each change, and rolls the counter back with it. Unknown for
 * code, and for SQL that may touch the counter itself.
 */
function schemaWatch({ handle }: ReplayPass, entry: Entry): () => boolean {
  const side = sideOf(entry, 'up')
  if (!side || !('scripts' in side) || side.scripts.some((text) => BEYOND_THE_COUNT.test(text)))
    return () => false
  const count = handle.prepare<[], { readonly schema_version: number }>('PRAGMA schema_version')
  const before = count.safeIntegers(false).get()?.schema_version
  return () => count.get()?.schema_version === before
}

/** PRAGMA names are functions as well, and a query may call functions that do anything. */
const BEYOND_THE_COUNT = /pragma|select|schema|attach|vacuum/i

/** Stopping a step in n places runs about half of its statements n times. */
const mostTrials = ({ trials }: Course): number =>
  Math.max(1, Math.min(MOST_TRIALS, Math.floor((2 * MOST_STATEMENTS) / (trials.length + 1))))

function courseOf(replay: ReplayPass, entry: Entry): Course | { readonly failure: SideFailure } {
  const side = sideOf(entry, 'up')
  if (!side) return { trials: [], texts: [] }
  if ('scripts' in side) return scriptCourse(entry, side.scripts)
  const failure = tryOut(replay, entry)
  return failure ? { failure } : codeCourse(entry, [...replay.texts])
}

function scriptCourse(entry: Entry, scripts: readonly string[]): Course {
  const whole = wholeSide(entry.version, 'up')
  const trials = statementPlaces(scripts).map(({ end, ...place }) => ({
    at: { ...whole, ...place },
    entry: { ...entry, source: { up: cutOff(scripts, place.script, end) } },
    after: Infinity,
  }))
  return { trials, texts: scripts }
}

/** The last trial lets everything run, invisible work included, and fails at the end. */
function codeCourse(entry: Entry, texts: readonly string[]): Course {
  const whole = wholeSide(entry.version, 'up')
  const trials = [...texts, null].map((text, at) => ({
    at: { ...whole, statement: texts[at - 1]?.slice(0, 2000) ?? null },
    entry,
    after: text === null ? Infinity : at,
  }))
  return { trials: texts.length > 0 ? trials.slice(1) : trials, texts }
}

/** Runs code once, to see what it runs on the handle. */
function tryOut(replay: ReplayPass, entry: Entry): SideFailure | null {
  perform('sync', takeLock(replay.env))
  try {
    return runSideWithin(replay, entry, 'up')
  } finally {
    perform('sync', rollBack(replay.env))
  }
}

/** `undone`: stopped and rolled back. `left`: it had ended the transaction. `failed`: by itself, before it was stopped. */
function stop(replay: ReplayPass, { entry, after }: Trial): 'undone' | 'left' | 'failed' {
  const { env, wall, late } = replay
  wall?.release()
  let stopped = false
  const fail = (): void => {
    stopped = true
    // Migrations that handle errors expect those thrown by SQLite itself.
    env.driver.execute('SELECT lockstep_failure()')
  }
  const run = (): unknown =>
    perform('sync', runStep(env, taskOf(entry, 'up'), interrupting(after, fail)))
  perform('sync', takeLock(env))
  try {
    if (wall) wall.trial.run(run)
    else run()
    return 'failed'
  } catch (error) {
    late?.fail()
    if (isLockstepError(error, 'TRANSACTION_ENDED')) return stopped ? 'left' : 'failed'
    return stopped ? 'undone' : 'failed'
  } finally {
    late?.guard()
    perform('sync', rollBack(env))
    replay.connection.reset({ entry, direction: 'up' })
  }
}

/** Fails at a given text, and in any case before the step is recorded. */
function interrupting(after: number, fail: () => void): KeyWatch<Database> {
  let count = 0
  return {
    *before() {},
    see() {
      count += 1
      if (count > after) fail()
    },
    *after() {
      yield fail()
    },
    forget() {},
  }
}

/** At most this many elements, evenly spread and in order, including the last one. */
function sample<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  const chosen = new Set(
    Array.from({ length: most }, (_, at) => Math.ceil(((at + 1) * all.length) / most) - 1),
  )
  return all.filter((_, at) => chosen.has(at))
}
