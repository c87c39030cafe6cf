// Records which statements code runs while a side is watched, and where it calls them.
import type { Driver } from '../../../src/database/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { placesHere, type StackPlace } from '../../project/stack-places.js'
import { handedCalls, type HandedCalls } from './handed-calls.js'

/** A statement, and the calls that ran it. */
export interface HandedStatement {
  readonly text: string
  /** The whole text that it was part of. */
  readonly script: string
  /** Whether `ctx` generated it. */
  readonly toolkit: boolean
  /** The stack of the call, innermost frame first. */
  readonly places: () => readonly StackPlace[]
}

/** Listens to a driver while it watches code. */
export interface HandedStatements {
  /** In order; statements that do not change the schema only once, as loops repeat them. */
  readonly all: readonly HandedStatement[]
  /** Every run of a statement, with its values. */
  readonly calls: HandedCalls
  /** The same driver; statements that code runs on the handle, or `ctx` for it, are recorded before they run. */
  listenTo(driver: Driver<Database, 'sync'>): Driver<Database, 'sync'>
  /** Reports what `ctx` is about to execute to the last listener. */
  tell(listener: ((script: string) => void) | null): void
  clear(): void
}

/** How many different statements are kept, besides those about the schema; fewer if they contain rows of data. */
const MOST = 5000
const MOST_DATA = 500

const SCHEMA = /^(?:create|alter|drop)\b/i
/** A statement that may be long because it contains rows. */
export const DATA = /^(?:insert|replace)\b(?!.*\bselect\b)/is

/** Starts empty. */
export function handedStatements(): HandedStatements {
  const all: HandedStatement[] = []
  const known = new Set<string>()
  const calls = handedCalls()
  let told: ((script: string) => void) | null = null
  const isKept = (text: string): boolean => {
    if (SCHEMA.test(text)) return true
    if (known.has(text) || known.size >= (DATA.test(text) ? MOST_DATA : MOST)) return false
    known.add(text)
    return true
  }
  const hear = (script: string, toolkit: boolean): void => {
    const kept = splitStatements(script).filter(({ text }) => isKept(text))
    if (kept.length === 0) return
    const places = placesHere()
    for (const { text } of kept) all.push({ text, script, toolkit, places })
  }
  return {
    all,
    calls,
    listenTo: (driver) => listening(driver, { hear, calls, tell: (script) => told?.(script) }),
    tell: (listener) => void (told = listener),
    clear() {
      all.length = 0
      calls.clear()
      known.clear()
    },
  }
}

interface Ears {
  readonly calls: HandedCalls
  hear(text: string, toolkit: boolean): void
  tell(script: string): void
}

function listening(
  driver: Driver<Database, 'sync'>,
  { hear, calls, tell }: Ears,
): Driver<Database, 'sync'> {
  let isCode = false
  return {
    ...driver,
    execute(script) {
      if (isCode) {
        hear(script, true)
        calls.note({ text: script, values: [] })
        tell(script)
      }
      driver.execute(script)
    },
    query(sql, parameters) {
      if (isCode) hear(sql, true)
      return driver.query(sql, parameters)
    },
    watch(inspect, use) {
      const unheard = calls.listenTo(driver.handle)
      const release = driver.watch?.((sql) => {
        hear(sql, false)
        inspect(sql)
      }, use)
      isCode = true
      return () => {
        isCode = false
        release?.()
        unheard()
      }
    },
  }
}
