// Orders the test files of a run, so that those that take long do not start last.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Small files that take long, which the default order would start late: the last one would run alone, with a core idle. */
const LONG = [
  'hazards/torture',
  'architecture/toolchain',
  'cli/hostile-text',
  'package/quick-start',
  'codegen/defects',
  'testing/sabotage',
]

/**
 * Starts with the files that take longest, even if there are no durations from an earlier run; one project after the other, since
 * switching to another project restarts the process.
 */
export class LongestFirstSequencer extends BaseSequencer {
  public override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted
      .map((file) => ({ file, place: placeOf(file) }))
      .sort((a, b) => a.place - b.place)
      .map(({ file }) => file)
  }
}

/** The rank of a file: other projects before `unit`, in each the long files first. */
function placeOf({ moduleId, project }: TestSpecification): number {
  const isLong = LONG.some((name) => moduleId.endsWith(`/test/${name}.test.ts`))
  return (project.name === 'unit' ? 2 : 0) + (isLong ? 0 : 1)
}
