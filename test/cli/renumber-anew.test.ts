// `renumber` of a folder that begins at 0, or counts by date or time.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository, table, type TestRepository } from '../codegen/base-branch/repository.js'
import { runProgram } from './support/command-line.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

/** Without the note that what was numbered could not be generated yet. */
const migrationsOf = ({ root }: TestRepository): string[] =>
  readdirSync(join(root, 'migrations'))
    .filter((name) => !name.startsWith('.'))
    .sort()

describe('a folder that another tool has numbered', () => {
  const numbered = async (names: readonly string[]): Promise<string[]> => {
    const files = names.map((name) => {
      const sql = name.includes('.up.') ? 'SELECT 1;\n' : table(name.replaceAll(/\W/g, '_'))
      return [
        `migrations/${name}`,
        name.endsWith('.ts')
          ? 'export const up = "SELECT 1"\nexport const irreversible = "no"\n'
          : sql,
      ]
    })
    const repo = repository({
      'package.json': '{ "type": "module" }\n',
      ...Object.fromEntries(files),
    })
    await runProgram(repo.root, ['renumber', '--yes'])
    return migrationsOf(repo)
  }

  it('gets three digits where it has more', async () => {
    const names = ['0001_a.up.sql', '0001_a.down.sql', '0002_b.sql', '0003_c.ts']
    expect(await numbered(names)).toEqual([
      '001_a.down.sql',
      '001_a.up.sql',
      '002_b.sql',
      '003_c.ts',
    ])
    const withGap = ['0001_a.sql', '0002_b.sql', '0004_d.sql']
    expect(await numbered(withGap)).toEqual(withGap)
  })

  it('is numbered from 001 on, in the order of its numbers', async () => {
    expect(await numbered(['0000_cool.sql', '0001_warm.sql', '0010_hot.sql'])).toEqual([
      '001_cool.sql',
      '002_warm.sql',
      '003_hot.sql',
    ])
    const mixed = [
      '20240201120000_c.ts',
      '20240131120000-Bee.up.sql',
      '20240131120000-Bee.down.sql',
    ]
    expect(await numbered(['001_a.sql', ...mixed, '_helper.ts', 'README.md'])).toEqual([
      '001_a.sql',
      '002_bee.down.sql',
      '002_bee.up.sql',
      '003_c.ts',
      'README.md',
      '_helper.ts',
    ])
  })

  it('asks before, and shows what it would do', async () => {
    const repo = repository({ 'package.json': '{}\n', 'migrations/0000_a.sql': table('a') })
    const planned = await runProgram(repo.root, ['renumber', '--dry-run'])
    expect(planned.stdout).toContain('migrations/0000_a.sql → migrations/001_a.sql')
    const refused = await runProgram(repo.root, ['renumber'])
    expect(refused.stderr).toContain('RENUMBER_UNCONFIRMED')
    expect(migrationsOf(repo)).toEqual(['0000_a.sql'])
  })

  it('says the command where it is told of', async () => {
    const repo = repository({ 'package.json': '{}\n', 'migrations/0000_a.sql': table('a') })
    expect((await runProgram(repo.root, ['lint'])).stdout).toContain(
      '`lockstep renumber` numbers all',
    )
  })
})
