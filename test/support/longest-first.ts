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

/**
 * Begins with the files that take longest, also where no earlier run has left its durations; one project after the other, as a
 * process that goes over to another project is started anew.
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

/** Those that are waited for longest come first. */
function placeOf({ moduleId, project }: TestSpecification): number {
  const isLong = LONG.some((name) => moduleId.endsWith(`/test/${name}.test.ts`))
  return (project.name === 'unit' ? 2 : 0) + (isLong ? 0 : 1)
}
