// What a case requires, and why it is skipped without it.
import type { DriverCapabilities } from './capabilities.js'
import type { DriverUnderTest } from './driver-under-test.js'

/** A requirement of a case: a capability, the lack of one, or an optional function of the author. */
export type Need =
  keyof DriverCapabilities | 'noDataVersion' | 'openAgain' | 'openReadonly' | 'bigIntegers'

const REASONS: Readonly<Record<Need, string>> = {
  scripts: 'capabilities.scripts is false: the runtime splits scripts for this driver',
  interactiveTransactions:
    'capabilities.interactiveTransactions is false: no transaction spans several calls',
  pragmas: 'capabilities.pragmas is false: settings of the connection cannot be changed',
  dataVersion: 'capabilities.dataVersion is false: the database does not tell of others',
  noDataVersion: 'capabilities.dataVersion is true: the database tells of others',
  watch: 'capabilities.watch is false: the handle cannot be watched',
  openAgain: 'openAgain is not given: there is no second connection',
  openReadonly: 'openReadonly is not given: there is no handle for reading only',
  bigIntegers: 'bigIntegers is not given: applications cannot choose how integers are read',
}

/** Why a case with these requirements does not apply; undefined if it does. */
export function reasonToSkip<H>(
  driver: DriverUnderTest<H>,
  needs: readonly Need[],
): string | undefined {
  const lacking = needs.find((need) => !has(driver, need))
  return lacking && REASONS[lacking]
}

function has<H>(driver: DriverUnderTest<H>, need: Need): boolean {
  if (need === 'openAgain' || need === 'openReadonly' || need === 'bigIntegers')
    return driver[need] !== undefined
  if (need === 'noDataVersion') return !has(driver, 'dataVersion')
  return driver.capabilities?.[need] ?? true
}
