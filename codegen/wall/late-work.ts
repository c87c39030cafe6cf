// Tracks work that a step leaves for later, in a promise, a timer or a callback, and detects whether it accesses the database
// after the step has ended. For synchronous clients only.
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Statement } from '../../src/database/better-sqlite3/handle.js'
import type { Driver } from '../../src/database/driver.js'
import { LockstepError, type Cause } from '../../src/errors/lockstep-error.js'
import { migrationOver } from '../../src/errors/run.js'
import type { Where } from '../../src/model/told-step.js'

/** A statement that code wanted to run after its step had ended; it was not run. */
export interface LateStatement {
  readonly where: Where
  /** As passed to the handle. */
  readonly text: string
  /** Its stack is that of the call. */
  readonly error: LockstepError
}

interface Stage {
  readonly where: Where | undefined
  readonly handle: object
  over: boolean
  /** Whether the step failed: it may not have reached the code that cancels its work. */
  failed: boolean
}

/** How long to wait for work that a step has left, in milliseconds; of slower work, only timers are detected. */
const PATIENCE_MS = 1000

/** How often long timers are fired at once: one may set another. */
const ROUNDS = 3

/** How to treat long timers: a trial fires them at once, a real run leaves them alone. */
type Pace = 'waits' | 'hurries'

/** Node's timer with its internal delay, which `refresh` restarts it with. */
type Timer = NodeJS.Timeout & { _idleTimeout?: unknown }

/** The turns of the event loop to wait in any case: an import, for one, continues without anything that could be waited for. */
const TURNS = 4

/** Tracks the steps of one process, one at a time. Costs nothing if they leave no work for later. */
export class LateWork {
  readonly #pace: Pace
  readonly #over: (where: Where) => Cause
  readonly #stages = new AsyncLocalStorage<Stage | undefined>()
  readonly #waiting = new Set<number>()
  readonly #hook = createHook({
    init: (id, type, _, resource) => this.#begun(id, type, resource),
    destroy: (id) => {
      this.#waiting.delete(id)
      this.#timers.delete(id)
    },
  })
  readonly #timers = new Map<number, Timer>()
  readonly #handles = new Set<Database>()
  readonly #errors = new WeakSet<object>()
  readonly #promises = new WeakMap<object, Where>()
  #step: Where | undefined
  #last: Stage | undefined
  #release: (() => void)[] = []
  #found: LateStatement[] = []
  #left = false

  /** `over` creates the error thrown into code that runs too late. */
  constructor(pace: Pace = 'waits', over: (where: Where) => Cause = migrationOver) {
    this.#pace = pace
    this.#over = over
  }

  /** Names the step that is about to run. */
  begin(where: Where): void {
    this.#step = where
  }

  /** The same driver, watched: work that begins during a call belongs to the step. */
  over<H extends Database>(driver: Driver<H, 'sync'>): Driver<H, 'sync'> {
    const { handle, watch } = driver
    return {
      ...driver,
      watch: (inspect, use) => {
        const before = this.#stages.getStore()
        const stage = { where: this.#step, handle, over: false, failed: false }
        this.#last = stage
        this.#hook.enable()
        this.#stages.enterWith(stage)
        const release = watch?.(
          (sql) => {
            this.#refuse(handle, sql)
            inspect(sql)
          },
          (sql) => {
            this.#refuse(handle, sql)
            use?.(sql)
          },
        )
        return () => {
          stage.over = true
          this.#stages.enterWith(before)
          if (this.#left) this.#handles.add(handle)
          else this.#disable()
          release?.()
        }
      },
    }
  }

  /** The last step has failed: the work that it left is refused, and not reported. */
  fail(): void {
    if (this.#last) this.#last.failed = true
  }

  /** To be called once the handles are no longer watched: from then on, refuses the work that steps have left for later. */
  guard(): void {
    for (const handle of this.#handles) this.#release.push(...this.#guarding(handle))
    this.#handles.clear()
  }

  /** Waits for that work, and returns the statements that it tried to run. Returns at once if steps have left nothing. */
  async settle(): Promise<readonly LateStatement[]> {
    if (!this.#left) return []
    this.guard()
    await this.#wait()
    for (let round = 0; round < ROUNDS && this.#hurry(); round++) await this.#wait()
    for (const release of this.#release.reverse()) release()
    this.#release = []
    this.#disable()
    this.#waiting.clear()
    this.#timers.clear()
    this.#left = false
    const found = this.#found
    this.#found = []
    return found
  }

  /** The step that created a promise; undefined if none did. */
  makerOf(promise: object): Where | undefined {
    return this.#promises.get(promise)
  }

  /** Whether an error was thrown by a refusal here, or was caused by one. */
  isKnown(error: unknown): boolean {
    for (let at = error; typeof at === 'object' && at; at = (at as { cause?: unknown }).cause)
      if (this.#errors.has(at)) return true
    return false
  }

  /** Left enabled, the hook and the storage would slow down every promise for the rest of the process. */
  #disable(): void {
    this.#hook.disable()
    this.#stages.disable()
  }

  async #wait(): Promise<void> {
    const until = performance.now() + PATIENCE_MS
    for (let turn = 0; turn < TURNS || this.#goesOn(until); turn++) await sleep(1)
  }

  /** Fires the remaining timers at once, except those that do not keep the process alive; returns whether there were any. */
  #hurry(): boolean {
    if (this.#pace === 'waits') return false
    const timers = [...this.#timers.values()].filter((timer) => timer.hasRef())
    this.#timers.clear()
    for (const timer of timers) {
      timer._idleTimeout = 1
      timer.refresh()
    }
    return timers.length > 0
  }

  #goesOn(until: number): boolean {
    return this.#waiting.size > 0 && performance.now() < until
  }

  /** Promises are not waited for: each settles by itself or with another resource, which is. */
  #begun(id: number, type: string, resource: object): void {
    const stage = this.#stages.getStore()
    if (!stage) return
    this.#left = true
    if (type === 'Timeout') this.#timers.set(id, resource as Timer)
    if (type !== 'PROMISE') this.#waiting.add(id)
    else if (stage.where) this.#promises.set(resource, stage.where)
  }

  #refuse(handle: object, text: string): void {
    const stage = this.#stages.getStore()
    const { where } = stage ?? {}
    if (!where || !stage?.over || stage.handle !== handle) return
    const error = new LockstepError(this.#over(where))
    if (!stage.failed) this.#found.push({ where, text, error })
    this.#errors.add(error)
    throw error
  }

  #guarding(handle: Database): (() => void)[] {
    const statements = Object.getPrototypeOf(handle.prepare('SELECT 1')) as object
    return [
      ...['exec', 'prepare', 'pragma'].map((name) =>
        shadow(handle, name, (_, [text]) => this.#refuse(handle, String(text))),
      ),
      ...['run', 'get', 'all', 'iterate'].map((name) =>
        shadow(statements, name, (statement) => {
          const { database, source } = statement as Statement<unknown[]>
          if (database === handle) this.#refuse(handle, source)
        }),
      ),
    ]
  }
}

/** Calls `before` ahead of every call of a method; returns a function that restores the method. */
function shadow(
  owner: object,
  name: string,
  before: (self: unknown, values: readonly unknown[]) => void,
): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name)
  const original = (owner as Record<string, (...values: unknown[]) => unknown>)[name]
  if (!original || own?.configurable === false) return () => {}
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value(this: unknown, ...values: unknown[]) {
      before(this, values)
      return original.apply(this, values)
    },
  })
  return () =>
    void (own ? Object.defineProperty(owner, name, own) : Reflect.deleteProperty(owner, name))
}
