// Records what one trial of a side got from stand-ins, and what later sides may lack because of that.
import { isLockstepError } from '../../src/errors/lockstep-error.js'
import { missedNames } from './missing.js'

/** Of a history that is replayed; of other trials, nothing is forgiven. */
export class Trial {
  readonly #errors = new WeakSet<object>()
  readonly #lacking = new Set<string>()
  #asked = false
  #isRunning = false

  /** Whether a side is being replayed. */
  get isRunning(): boolean {
    return this.#isRunning
  }

  /** Whether there is anything that sides may miss. */
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

  /** Told that a statement was not run, or answered from an empty database. */
  ask(): void {
    this.#asked = true
  }

  /** Told of an error that only a stand-in can have thrown. */
  blame(error: unknown): void {
    if (typeof error === 'object' && error !== null) this.#errors.add(error)
  }

  /** Told of something that was left undone, in whose text these names stand: it may have made any of them. */
  leave(names: Iterable<string>): void {
    for (const name of names) this.#lacking.add(name)
  }

  /** Whether one of these names may be that of something that was left undone. */
  mayLack(names: Iterable<string>): boolean {
    return [...names].some((name) => this.#lacking.has(name))
  }

  /** Whether a statement that reads what there is was refused for what it found, after others were not run. */
  lacksRows(error: unknown, reads: boolean): boolean {
    return this.#isRunning && reads && this.#asked && isOfValues(error as Thrown)
  }

  /** Whether SQLite missed something that may have been left undone. */
  follows(error: unknown): boolean {
    return this.lacks && error instanceof Error && this.mayLack(missedNames(error))
  }

  /**
   * Whether what code threw may come from stand-ins alone: one of them threw it, or the code has worked with one before, and
   * what it threw depends on values. What SQLite finds wrong in the text of a statement does not.
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

/** Whether SQLite refused a statement for what is in it or in the tables. Node has one code for all errors. */
const isOfValues = ({ code, message }: Thrown): boolean =>
  /^SQLITE_(?:CONSTRAINT|MISMATCH)/.test(String(code)) || /constraint failed/.test(String(message))

/** The error and what it was made of. */
function causesOf(error: unknown): Thrown[] {
  const chain: Thrown[] = []
  for (let at = error; typeof at === 'object' && at !== null && chain.length < 10;) {
    chain.push(at)
    at = (at as Thrown).cause
  }
  return chain
}

/** No value makes a name unknown, and what the runtime refuses it refuses for what is written. */
const isOwnWord = (error: unknown): boolean =>
  error instanceof ReferenceError || isLockstepError(error)
