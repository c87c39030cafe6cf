// Lends bundles the parts of Lockstep that they import. Otherwise these would be most of each bundle, built and read every time.
import type { Exports, Given } from './evaluate-module.js'

const DOORS: Readonly<Record<string, () => Promise<Exports>>> = {
  lockstep: () => import('../../src/index.js'),
  'lockstep/better-sqlite3': () => import('../../src/drivers/better-sqlite3.js'),
}

/** Whether an entry point of the package can be lent. */
export const isLent = (specifier: string): boolean => Object.hasOwn(DOORS, specifier)

/** All entry points that can be lent, by name: those of this copy of Lockstep. */
export const lendAll = (): Promise<Given> => lend(Object.keys(DOORS))

/** The entry points that these bundles require. */
export const lendTo = (...bundles: readonly string[]): Promise<Given> =>
  lend(
    Object.keys(DOORS).filter((name) =>
      bundles.some((code) => code.includes(`require("${name}")`)),
    ),
  )

async function lend(names: readonly string[]): Promise<Given> {
  const opened = names.map(async (name) => [name, { ...(await DOORS[name]!()) }] as const)
  return Object.fromEntries(await Promise.all(opened))
}
