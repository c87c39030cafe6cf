// What Node has compiled is kept where the other memories are, for as long as those are believed.
import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keepCompiled } from '../../src/cli/generate/keep-compiled.js'
import type { Sources } from '../../src/cli/settings/settings.js'
import { builtProgram } from '../support/built-package.js'
import { temporaryProject } from '../support/project.js'
import { runNode } from '../support/run-program.js'
import { migrationProject } from './support/project.js'
import { testSome } from '../support/some-of.js'

const project = migrationProject({
  '001_a.ts':
    "export const up = 'CREATE TABLE a (id INTEGER PRIMARY KEY)'\nexport const down = 'DROP TABLE a'\n",
})
const kept = join(project, 'node_modules/.cache/lockstep/compiled')

testSome<[string, string | null, Partial<Sources>]>([
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

describe.skipIf('enableCompileCache' in nodeModule)('a Node that cannot do it', () => {
  const lint = async () =>
    runNode(await builtProgram(), ['lint'], { cwd: project, env: { CI: '' } })
  const names = () => readdirSync(kept).sort()

  test('is given what was compiled of the compiler, and makes anew what is missing or damaged', async () => {
    const first = await lint()
    const all = names()
    const [missing = '', damaged = '', sound = ''] = all
    expect([first.code, all.length]).toEqual([0, 3])
    rmSync(join(kept, missing))
    writeFileSync(join(kept, damaged), 'not what V8 has written')
    utimesSync(join(kept, sound), 1000, 1000)
    expect(await lint()).toEqual(first)
    expect(names()).toEqual(all)
    expect(statSync(join(kept, damaged)).size).toBeGreaterThan(10_000)
    expect(statSync(join(kept, sound)).mtimeMs).toBe(1_000_000)
  })
})
