// Loads the sources from which the pages are generated.
import { Project } from 'ts-morph'

/** The catalogues of errors and diagnostics and the data types of the model, parsed but not resolved. */
export function catalogueSources(root: string): Project {
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
  })
  const folders = [
    'src/errors/*.ts',
    'src/model/*.ts',
    'codegen/**/*-problems.ts',
    'codegen/**/problem.ts',
  ]
  project.addSourceFilesAtPaths([
    ...folders.map((folder) => `${root}/${folder}`),
    `!${root}/src/errors/lockstep-error.ts`,
  ])
  return project
}
