// A vitest reporter that lists the slowest tests, so that the suite stays fast.
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** The number of tests to list. */
const COUNT = 10

/** The slowest tests as `12.3 s  file > name`, the slowest first. */
export const slowest = (modules: readonly TestModule[]): string[] =>
  modules
    .flatMap((module) => [...module.children.allTests()])
    .map((test) => [test.diagnostic()?.duration ?? 0, test] as const)
    .sort(([one], [other]) => other - one)
    .slice(0, COUNT)
    .map(([duration, test]) => `${(duration / 1000).toFixed(1)} s  ${titleOf(test)}`)

const titleOf = ({ module, fullName }: TestCase): string =>
  `${module.relativeModuleId} > ${fullName}`

/** Prints the slowest tests after a run of more than one file. */
export class SlowestTestsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length > 1)
      process.stdout.write(`\nSlowest tests:\n${slowest(modules).join('\n')}\n`)
  }
}
