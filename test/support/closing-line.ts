// A vitest reporter that ends the output of the suite with one plain line of totals, for people and for programs.
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** The number of tests by result. Whatever kept a file from running counts as a failure. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** The closing line: `N passed, N failed`, and `, N skipped` if any were. */
export const closingLine = ({ passed, failed, skipped }: Totals): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`

/** Counts tests by result; suite errors, unhandled errors and a run without a single test are failures too. */
export function count(modules: readonly TestModule[], unhandled: number): Totals {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const ended = (state: string): number =>
    tests.filter((test: TestCase) => test.result().state === state).length
  const broken = modules.reduce((sum, module) => sum + suiteErrors(module), unhandled)
  const ran = tests.length + broken > 0
  return {
    passed: ended('passed'),
    failed: ran ? ended('failed') + broken : 1,
    skipped: ended('skipped') + ended('pending'),
  }
}

function suiteErrors(module: TestModule): number {
  const suites = [...module.children.allSuites()]
  return suites.reduce((sum, suite) => sum + suite.errors().length, module.errors().length)
}

/**
 * Prints the closing line when the process ends, after the output of all other reporters. Failures outside of tests (a file that
 * cannot be loaded, an unhandled error, a run that never began) are counted, so that the line never hides a failed run.
 */
export class ClosingLineReporter implements Reporter {
  #totals: Totals = { passed: 0, failed: 1, skipped: 0 }

  onInit(): void {
    process.once('exit', () => process.stdout.write(`${closingLine(this.#totals)}\n`))
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.#totals = count(modules, unhandled.length)
  }
}
