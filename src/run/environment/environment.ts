// What every part of a run needs: the driver, the options with their defaults, and a way to emit events.
import type { Driver } from '../../database/driver.js'
import type { Mode, Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { runAborted } from '../../errors/run.js'
import { eventHandlerFailed, optionInvalid, registryNotAList } from '../../errors/usage.js'
import type { MigrationEvent } from '../../model/events.js'
import type { Gate } from '../../model/gate.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Registry } from '../../model/registry.js'
import { ledgerName } from '../../model/ledger.js'
import { COMMITTED, TRANSACTION_CHANGED, type Where } from '../../model/told-step.js'
import { quoteIdentifier } from '../../sql/names.js'

/** A driver with the registry and the options of one manager. */
export interface Environment<H> {
  readonly driver: Driver<H, Mode>
  readonly registry: Registry<H>
  readonly options: ManagerOptions
  /** The ledger's name, and the same qualified for SQL: an attached database may have one as well. */
  readonly table: string
  readonly ledger: string
  readonly lockTimeoutMs: number
  /** The most rows to process at once, whatever a step asks for: a replay uses it to see what happens between two batches. */
  readonly batchRows?: number
  /** The savepoint that a step in a transaction runs in. Code that knew its name could end the transaction unnoticed. */
  readonly sentinel: string
  /** Heartbeats of steps outside a transaction that were watched long enough and did not move. */
  readonly silent: Set<string>
  /** Whether a trigger or the like can act on writes to the ledger; undefined if not yet known or possibly changed. */
  triggered?: boolean | undefined
  /** The TEMP objects before the first step, and whether each hides an object of the database. */
  hidden?: Map<string, boolean> | undefined
  /** Whether counting all rows without a parent takes long; undefined if not yet known. */
  large?: boolean
  /** Whether a tool of `ctx` has its own transaction open in a step outside a transaction. */
  held?: boolean
  /** The error thrown to code of a step that continued after the step had ended. */
  late?: LockstepError
  /** A gate of the run's own, which has nothing to guard in a new database. */
  readonly guard?: Gate
  /** Called before anything is undone, and again under the lock; absent in runs that undo nothing. */
  refuseUndoing?(undone: readonly Pick<Where, 'version' | 'name'>[]): Work<void>
  emit(event: MigrationEvent): void
}

/** The most rows to process at once, out of `total`. A replay that split many rows as finely as few would never end. */
export const mostAtOnce = <H>(
  { batchRows = Infinity }: Pick<Environment<H>, 'batchRows'>,
  total: number,
): number => batchRows * Math.ceil(Math.max(total, 1) / (total > MANY ? 10 : 100))

const MANY = 2_000

/** The default time to wait for a lock, in milliseconds. */
export const LOCK_TIMEOUT_MS = 10_000

/** Fills in the defaults and refuses invalid values. */
export function environment<H>(
  driver: Driver<H, Mode>,
  registry: Registry<H>,
  options: ManagerOptions,
): Environment<H> {
  if (!Array.isArray(registry)) throw new LockstepError(registryNotAList(registry))
  checkOptions(options)
  const table = ledgerOf(registry[0]?.history, options)
  const { lockTimeoutMs = LOCK_TIMEOUT_MS } = options
  if (!(lockTimeoutMs >= 0))
    throw new LockstepError(
      optionInvalid('lockTimeoutMs', lockTimeoutMs, 'zero or more milliseconds'),
    )
  if (table === '' || /^sqlite_/i.test(table))
    throw new LockstepError(optionInvalid('table', table, 'a free table name'))
  return {
    driver,
    registry,
    options: registry[0]?.history === undefined ? options : { ...options, table },
    table,
    ledger: `main.${quoteIdentifier(table)}`,
    lockTimeoutMs,
    sentinel: `lockstep_${Math.random().toString(36).slice(2)}`,
    silent: new Set(),
    emit: options.onEvent ? (event) => tell(driver, options, event) : () => {},
  }
}

/** The name of the ledger. A named history always has a ledger of that name, wherever it is migrated from. */
function ledgerOf(history: string | undefined, { table }: ManagerOptions): string {
  const own = history === undefined ? (table ?? '_migrations') : ledgerName(history)
  if (table !== undefined && table !== own)
    throw new LockstepError(
      optionInvalid('table', table, `left out: the ledger of the history ${history} is ${own}`),
    )
  return own
}

/** The options that take one of a few words, and all others. */
const CHOICES: Readonly<Record<string, readonly string[] | undefined>> = {
  onUnmanaged: ['refuse', 'allow'],
  onAhead: ['refuse', 'allow'],
  onDrift: ['refuse', 'warn'],
  transaction: ['each', 'all'],
}
const OTHERS =
  'table keepDowns lockTimeoutMs mirrors gates digests beside ignoreTables backup onEvent owner signal now env snapshot to steps'.split(
    ' ',
  )

/** Describes the values of `mirrors`. */
export const A_MIRROR =
  'a generator function, such as mirrorUserVersion, or what mirrorSettings() gives'

/** Describes the value of `now`. */
export const A_CLOCK = 'a function that answers milliseconds since 1970, such as Date.now'

const isFunction = (value: unknown): boolean => typeof value === 'function'

/** Other options: which values they accept, and a description of these. */
const KINDS = [
  ['now', isFunction, A_CLOCK],
  ['snapshot', isFunction, 'the one that the generated snapshot.ts exports'],
  ['keepDowns', (value: unknown) => typeof value === 'boolean', 'true or false'],
  [
    'env',
    (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'an object of values by name',
  ],
] as const

/** The options that are lists of functions, and a description of one element. */
const LISTS = [
  ['mirrors', A_MIRROR],
  ['gates', 'a gate, such as schemaGate()'],
] as const

/** A mistyped word must not silently mean the default. */
function checkOptions(options: ManagerOptions): void {
  for (const [option, value] of Object.entries(options) as [string, string | undefined][]) {
    const choices = CHOICES[option]
    if (value === undefined || choices?.includes(value) || OTHERS.includes(option)) continue
    const wanted = choices?.join(' or ') ?? null
    throw new LockstepError(optionInvalid(option, value, wanted))
  }
  for (const [option, wanted] of LISTS) checkList(option, options[option] ?? [], wanted)
  checkBeside(options)
  for (const [option, accepts, wanted] of KINDS)
    if (options[option] !== undefined && !accepts(options[option]))
      throw new LockstepError(optionInvalid(option, options[option], wanted))
}

function checkBeside({ beside = [] }: ManagerOptions): void {
  if (!Array.isArray(beside) || !beside.every(Array.isArray))
    throw new LockstepError(optionInvalid('beside', beside, 'a list of registries'))
}

function checkList(option: string, list: unknown, wanted: string): void {
  if (!Array.isArray(list)) throw new LockstepError(optionInvalid(option, list, 'a list'))
  const wrong = list.findIndex((one) => typeof one !== 'function')
  if (wrong >= 0) throw new LockstepError(optionInvalid(`${option}[${wrong}]`, list[wrong], wanted))
}

/** Whether only the steps run on the handle from the first check to the last, and no other code of the application. */
export const runsAlone = <H>({ driver, options, guard }: Environment<H>): boolean =>
  driver.mode === 'sync' &&
  !guard &&
  !options.onEvent &&
  !options.backup &&
  !options.gates?.length &&
  !options.mirrors?.length

/** Throws if code of a step continued after it: part of that step is missing. */
export function refuseLate<H>({ late }: Environment<H>): void {
  if (late) throw late
}

/** Throws if the run was asked to stop or has to. */
export function checkAborted<H>(env: Environment<H>, next?: number): void {
  refuseLate(env)
  if (env.options.signal?.aborted) throw new LockstepError(runAborted(next))
}

/** A listener that throws ends the run, and is not mistaken for a fault of the migration or the database. */
function tell<H>(
  driver: Driver<H, Mode>,
  { onEvent }: ManagerOptions,
  event: MigrationEvent,
): void {
  const isChanged = transactionWatch(driver)
  let thrown: { readonly cause: unknown } | undefined
  try {
    onEvent?.(event)
  } catch (cause) {
    thrown = { cause }
  }
  // The error to report is the failure of the step.
  const isEnded = event.type !== 'step-failed' && isChanged()
  if (!thrown && !isEnded) return
  const reason = isEnded ? TRANSACTION_CHANGED : String(thrown?.cause).replace(/\.$/, '')
  const left = isEnded ? COMMITTED : undefined
  throw new LockstepError(eventHandlerFailed(event.type, reason, left), thrown)
}

/** Returns a function that tells whether application code has ended or begun a transaction meanwhile. */
function transactionWatch<H>(driver: Pick<Driver<H, Mode>, 'inTransaction'>): () => boolean {
  const open = driver.inTransaction()
  return () => driver.inTransaction() !== open
}
