// What a migration does, found by running it: the judge of whether a change of its text is one of its meaning.
import { createContext, runInContext } from 'node:vm'
import { ts } from 'ts-morph'

/** Lockstep and the database, as the code sees them. The database writes down what is called and with what. */
const AROUND = `
const calls = []
const show = (value, depth = 0) => {
  if (typeof value === 'function') return 'function'
  if (value === null || typeof value !== 'object' || depth > 4) return String(value)
  const entries = [...Object.entries(value), ...(value instanceof Map ? value : [])]
  return '{' + entries.map(([name, one]) => name + ':' + show(one, depth + 1)).join() + '}'
}
const record = (path) => new Proxy(class {}, {
  get: (_, name) => typeof name === 'symbol' || name === 'prototype' ? Object[name] : record(path + '.' + name),
  apply: (_, self, args) => {
    calls.push(path + '(' + args.map((one) => show(one)).join() + ')')
    return path.endsWith('.mix') ? class { static args = args } : record(path)
  },
})
const require = () => ({ defineMigration: (migration) => migration, Migration: class { constructor(stated) { Object.assign(this, stated) } } })
const exports = {}
`

const RUN = `
;(() => {
  const main = exports.default
  const migration = typeof main === 'function' ? new main() : main
  migration.up(record('db'), {})
  return calls.join(' ')
})()`

/** The calls that \`up\` makes on the database, as one text; null where it or the loading fails. */
export function runMigration(text: string): string | null {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  try {
    const context = createContext({})
    return runInContext(AROUND + outputText + RUN, context, { timeout: 500 }) as string
  } catch {
    return null
  }
}
