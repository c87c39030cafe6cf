// The wall between migrations that run as a trial and every database except the trial's own.
import { AsyncLocalStorage } from 'node:async_hooks'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { trialRefused } from '../../src/errors/command-line.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import type { NativeDatabase } from './native-database.js'
import type { ReplayWall } from './replay-wall.js'
import { Trial } from './trial.js'
import { WalledDatabase } from './walled-database.js'
import type { Withheld } from './withheld.js'
import { orElse } from '../../src/model/or-else.js'

/**
 * Applies to the process, not to a handle: migrations may open databases of their own. While it is up, every database that is
 * opened is in memory instead, and none reaches a file.
 */
export class Wall implements ReplayWall {
  readonly trial = new Trial()
  readonly #databases = new WeakMap<object, WalledDatabase>()
  readonly #files = new WeakMap<object, string>()
  readonly #active = new Set<WalledDatabase>()
  readonly #kept = new WeakSet<object>()
  readonly #inside = new AsyncLocalStorage<boolean>()
  #isUp = false
  #isOpening = false
  #spared: string | null = null
  #told: Withheld[] = []

  /** Whether it is up for the calling code. */
  get isUp(): boolean {
    return this.#isUp || this.#inside.getStore() === true
  }

  /** Runs work with the wall up, including whatever it leaves for later: timers, promises. */
  around<T>(work: () => T): T {
    return this.#inside.run(true, work)
  }

  /** Raises the wall for good; `spared` is the one file that may be opened: the copy that the trial runs on. */
  raise(spared: string | null = null): void {
    this.#isUp = true
    this.#spared = spared
  }

  /** Lets everything pass again, except on databases that were opened in place of a file. */
  lower(): void {
    this.#isUp = false
  }

  /**
   * Runs the project's own `open`, which may load extensions; the stand-ins for the files that it attaches stay. Rejects with its
   * error.
   */
  async whileOpening<T>(open: () => Promise<T>): Promise<T> {
    this.#isOpening = true
    try {
      return await open()
    } finally {
      this.#isOpening = false
      for (const database of this.#active) database.standIns.settle()
      this.#told = []
    }
  }

  /** Everything withheld from the migrations since the last call, without repeats. */
  told(): readonly Withheld[] {
    const told = this.#told
    this.#told = []
    return told.filter(
      ({ kind, text }, index) =>
        told.findIndex((one) => one.kind === kind && one.text === text) === index,
    )
  }

  /** Between two steps: detaches the stand-ins. SQLite attaches ten databases at most, and VACUUM needs one. */
  release(): void {
    for (const database of this.#active) {
      database.standIns.release()
      if (!database.standIns.any()) this.#active.delete(database)
    }
  }

  /** The file that a handle stands in for; null if it was opened as requested. */
  fileOf(handle: object): string | null {
    const inner = Object.getOwnPropertySymbols(handle).map(
      (symbol) => (handle as Record<symbol, unknown>)[symbol],
    )
    const known = inner.find((one) => typeof one === 'object' && one && this.#files.has(one))
    return this.#files.get((known ?? handle) as object) ?? null
  }

  /**
   * The database behind the wall that a client's call goes through; null if it goes straight to the client. Throws
   * `TRIAL_REFUSED` for a database in a file that was open before the wall was raised.
   */
  databaseOf(database: object, native: () => NativeDatabase): WalledDatabase | null {
    const known = this.#databases.get(database)
    const standsFor = this.#files.get(database) ?? null
    if (!this.isUp && standsFor === null) return null
    if (known) {
      if (this.#kept.has(database)) this.refuse('use a database that was open before')
      return known
    }
    const way = native()
    const { trial } = this
    const tell = (withheld: Withheld): void => {
      if (withheld.kind === 'database') this.#active.add(walled)
      this.tell(withheld)
    }
    const walled: WalledDatabase = new WalledDatabase(way, { standsFor, trial, tell })
    this.#databases.set(database, walled)
    const file = way.file()
    if (standsFor !== null || file === '' || !this.keepsFrom(file)) return walled
    this.#kept.add(database)
    return this.databaseOf(database, native)
  }

  /** Whether a path must not be opened. */
  keepsFrom(path: string): boolean {
    return this.isUp && (this.#spared === null || pathIn(path) !== resolve(this.#spared))
  }

  /** Records that a database was opened in place of a file. */
  standIn(database: object, file: string): void {
    this.#files.set(database, file)
    this.tell({ kind: 'database', text: `'${file}'` })
  }

  tell(withheld: Withheld): void {
    this.#told.push(withheld)
    if (withheld.kind !== 'database') this.trial.ask()
  }

  /** Throws `TRIAL_REFUSED` for what has no harmless counterpart, except from the project's `open`. */
  refuse(what: string): void {
    if (!this.isUp || this.#isOpening) return
    const error = new LockstepError(trialRefused(what))
    this.trial.blame(error)
    this.tell({ kind: 'refused', text: what })
    throw error
  }
}

/** The absolute path in a file name that may be a URI. */
function pathIn(path: string): string {
  if (!path.startsWith('file:')) return resolve(path)
  return orElse(() => resolve(fileURLToPath(path.replace(/[?#].*$/s, ''))), path)
}
