// Records where a replayed side met stand-ins, and which names later sides may lack because of that.
import { isLockstepError } from '../../src/errors/lockstep-error.js'
import { missedNames } from './missing.js'

/** The state of replaying a history; outside of a replay, no error is forgiven. */
export class Trial {
  readonly #errors = new WeakSet<object>()
  readonly #lacking = new Set<string>()
  #asked = false
  #isRunning = false

  /** Whether a side is being replayed. */
  get isRunning(): boolean {
    return this.#isRunning
  }

  /** Whether the side being replayed may lack anything. */
  get lacks(): boolean {
    return this.#isRunning && this.#lacking.size > 0
  }

  /** Replays a side. */
  run<T>(work: () => T): T {
    this.#isRunning = true
    this.#asked = false
    try {
      return work()
    } finally {
      this.#isRunning = false
    }
  }

  /** Records that a statement was skipped, or answered from an empty database. */
  ask(): void {
    this.#asked = true
  }

  /** Records an error that only the wall can have thrown. */
  blame(error: unknown): void {
    if (typeof error === 'object' && error !== null) this.#errors.add(error)
  }

  /** Records the names in the text of something that was skipped: it may have created any of them. */
  leave(names: Iterable<string>): void {
    for (const name of names) this.#lacking.add(name)
  }

  /** Whether something skipped may have created one of these names. */
  mayLack(names: Iterable<string>): boolean {
    return [...names].some((name) => this.#lacking.has(name))
  }

  /** Whether a statement that reads rows failed because of their values, after others were skipped. */
  lacksRows(error: unknown, reads: boolean): boolean {
    return this.#isRunning && reads && this.#asked && isOfValues(error as Thrown)
  }

  /** Whether SQLite misses something that a skipped statement may have created. */
  follows(error: unknown): boolean {
    return this.lacks && error instanceof Error && this.mayLack(missedNames(error))
  }

  /**
   * Whether stand-ins alone may explain what code threw: the wall threw it, or the code has met a stand-in before and the error
   * depends on values. What SQLite finds wrong in the text of a statement does not.
   */
  mayExplain(error: unknown): boolean {
    const chain = causesOf(error)
    if (chain.some((one) => this.#errors.has(one))) return true
    if (!this.#asked) return false
    const sqlite = chain.find(({ code }) => /^(?:SQLITE|ERR_SQLITE)_/.test(String(code)))
    return sqlite ? isOfValues(sqlite) : !isOwnWord(error)
  }
}

interface Thrown {
  readonly cause?: unknown
  readonly code?: unknown
  readonly message?: unknown
}

/** Whether SQLite refused a statement because of values. `node:sqlite` has one code for all errors, hence the message. */
const isOfValues = ({ code, message }: Thrown): boolean =>
  /^SQLITE_(?:CONSTRAINT|MISMATCH)/.test(String(code)) || /constraint failed/.test(String(message))

/** The error and its chain of causes. */
function causesOf(error: unknown): Thrown[] {
  const chain: Thrown[] = []
  for (let at = error; typeof at === 'object' && at !== null && chain.length < 10;) {
    chain.push(at)
    at = (at as Thrown).cause
  }
  return chain
}

/** These errors depend on no values: an unknown name in the code, and what the runtime refuses for how it is written. */
const isOwnWord = (error: unknown): boolean =>
  error instanceof ReferenceError || isLockstepError(error)
