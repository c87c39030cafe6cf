// Writes a project whose migrations are the sample history, as in an application that uses Lockstep.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SampleMigration } from './sample-history.js'

/** How a migration is written: as a `.sql` file, or as a TypeScript function that runs SQL on the handle. */
export type EntryKind = 'sql' | 'code'

/** Writes the project; its `node_modules` is an empty folder, which is all that the generator's caches need. */
export function writeSampleProject(
  root: string,
  history: readonly SampleMigration[],
  kind: EntryKind,
): void {
  mkdirSync(join(root, 'migrations'), { recursive: true })
  mkdirSync(join(root, 'node_modules'))
  writeFileSync(join(root, 'package.json'), '{ "name": "sample", "type": "module" }\n')
  for (const migration of history) {
    const id = String(migration.version).padStart(3, '0')
    const { extension, text } = kind === 'sql' ? sqlFile(migration) : codeFile(migration)
    writeFileSync(join(root, 'migrations', `${id}_${migration.name}.${extension}`), text)
  }
}

const sqlFile = ({ up, down }: SampleMigration) => ({
  extension: 'sql',
  text: `-- migrate:up\n${up}\n\n-- migrate:down\n${down}\n`,
})

const codeFile = ({ up, down }: SampleMigration) => ({
  extension: 'ts',
  text: `import { defineMigration } from 'lockstep/better-sqlite3'

export default defineMigration({
  up(db) {
    db.exec(\`
${up}
    \`)
  },
  down(db) {
    db.exec('${down}')
  },
})
`,
})
