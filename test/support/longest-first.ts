import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Short files that take long: one that starts last would run alone, with a core idle. */
const LONG = [
  'hazards/torture',
  'architecture/toolchain',
  'cli/hostile-text',
  'package/quick-start',
  'codegen/defects',
  'testing/sabotage',
]

/** Begins with the files that take longest, also where no earlier run has left its durations. */
export class LongestFirstSequencer extends BaseSequencer {
  public override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONG.some((name) => moduleId.endsWith(`/test/${name}.test.ts`))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
