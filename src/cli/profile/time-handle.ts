// Measures what a migration's code runs on a handle, by shadowing the handle's methods.
import type { Value } from '../../database/driver.js'
import { splitStatements } from '../../sql/split-statements.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Asked, Measure } from './measure.js'

interface PreparedStatement {
  readonly source: string
  readonly database: unknown
}

type Method = (this: PreparedStatement, ...values: Value[]) => unknown

/** Measures until the returned function is called. */
export function timeHandle(handle: ClientHandle, measure: Measure): () => void {
  const ends = [timeScripts(handle, measure), ...timeStatements(handle, measure)]
  return () => ends.forEach((end) => end())
}

function timeScripts(handle: ClientHandle, measure: Measure): () => void {
  const own = Object.getOwnPropertyDescriptor(handle, 'exec')
  const { exec } = handle
  Object.defineProperty(handle, 'exec', {
    configurable: true,
    writable: true,
    value(sql: string) {
      const measured = partsOf(sql).map((text) =>
        measure(
          { sql: text, values: [], calls: 1, isOnHandle: true },
          () => exec.call(handle, text),
          () => 0,
        ),
      )
      return measured.at(-1)
    },
  })
  return () => {
    if (own) Object.defineProperty(handle, 'exec', own)
    else Reflect.deleteProperty(handle, 'exec')
  }
}

/** Each statement, so that it is timed separately; a text without statements runs as it is. */
function partsOf(sql: string): readonly string[] {
  const statements = splitStatements(sql)
  return statements.length > 1 ? statements.map(({ text }) => text) : [sql]
}

/** How many rows the result of each method holds. */
const ROWS_READ: Readonly<Record<string, (answer: unknown) => number>> = {
  run: () => 0,
  get: (row) => (row === undefined ? 0 : 1),
  all: (rows) => (rows as unknown[]).length,
}

/** All existing statements: some were prepared before. */
function timeStatements(handle: ClientHandle, measure: Measure): (() => void)[] {
  const sample = handle.prepare('SELECT 1') as unknown as PreparedStatement
  const { database } = sample
  const shared = Object.getPrototypeOf(sample) as object
  const shadow = (name: string, timed: (method: Method) => Method): (() => void) => {
    const own = Object.getOwnPropertyDescriptor(shared, name)
    if (!own?.configurable) return () => {}
    const method = own.value as Method
    const measured = timed(method)
    Object.defineProperty(shared, name, {
      ...own,
      value(this: PreparedStatement, ...values: Value[]) {
        return (this.database === database ? measured : method).apply(this, values)
      },
    })
    return () => Object.defineProperty(shared, name, own)
  }
  return [
    ...Object.entries(ROWS_READ).map(([name, rowsRead]) =>
      shadow(name, (method) => timedOnce(method, measure, rowsRead)),
    ),
    shadow('iterate', (method) => timedByRow(method, measure)),
  ]
}

const timedOnce = (
  method: Method,
  measure: Measure,
  rowsRead: (answer: unknown) => number,
): Method =>
  function (...values) {
    const asked = { sql: this.source, values, calls: 1, isOnHandle: true } as const
    return measure(asked, () => method.apply(this, values), rowsRead)
  }

const timedByRow = (method: Method, measure: Measure): Method =>
  function (...values) {
    const asked = { sql: this.source, values, calls: 1, isOnHandle: true } as const
    const begin = () => method.apply(this, values) as IterableIterator<unknown>
    const rows = measure(asked, begin, () => 0)
    return timedRows(rows, { ...asked, calls: 0 }, measure)
  }

function timedRows(
  rows: IterableIterator<unknown>,
  asked: Asked,
  measure: Measure,
): IterableIterator<unknown> {
  const timed: IterableIterator<unknown> = {
    next: () =>
      measure(
        asked,
        () => rows.next(),
        ({ done }) => (done ? 0 : 1),
      ),
    return: (value) => rows.return?.(value) ?? { done: true, value },
    [Symbol.iterator]: () => timed,
  }
  return timed
}
