// What a migration does, found by running it: the judge of whether a change of its text is one of its meaning.
import { createContext, runInContext } from 'node:vm'
import { transform } from 'esbuild'

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
const module = {}
`

const RUN = `
;(() => {
  const main = module.exports.default
  const migration = typeof main === 'function' ? new main() : main
  migration.up(record('db'), {})
  return calls.join(' ')
})()`

/** The calls that `up` makes on the database, as one text; null where it or the loading fails. */
export async function runMigration(text: string): Promise<string | null> {
  try {
    const { code } = await transform(text, {
      loader: 'ts',
      format: 'cjs',
      target: 'es2022',
      logLevel: 'silent',
    })
    return runInContext(AROUND + code + RUN, createContext({}), { timeout: 500 }) as string
  } catch {
    return null
  }
}
