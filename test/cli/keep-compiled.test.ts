// What Node has compiled is kept where the other memories are, for as long as those are believed.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepCompiled } from '../../src/cli/generate/keep-compiled.js'
import type { Sources } from '../../src/cli/settings/settings.js'
import { temporaryProject } from '../support/project.js'
import { migrationProject } from './support/project.js'

const project = migrationProject({})
const kept = join(project, 'node_modules/.cache/lockstep/compiled')

test.each<[string, string | null, Partial<Sources>]>([
  ['in a project', kept, {}],
  ['not without packages', null, { cwd: temporaryProject() }],
  ['not where earlier runs are not believed', null, { flags: { noCache: true } }],
  ['not in continuous integration', null, { environment: { CI: 'true' } }],
  [
    'there neither, unless it is asked for',
    kept,
    { environment: { CI: '1' }, flags: { cache: true } },
  ],
])('it is kept %s', (_, expected, more) => {
  const folders: string[] = []
  const compiling = { enableCompileCache: (folder: string) => void folders.push(folder) }
  keepCompiled({ cwd: project, flags: {}, environment: {}, ...more }, compiling)
  expect(folders).toEqual(expected === null ? [] : [expected])
})

test('a Node that cannot do it runs all the same', () => {
  expect(() => keepCompiled({ cwd: project, flags: {}, environment: {} }, {})).not.toThrow()
})
