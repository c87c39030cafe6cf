// The migrator of drizzle-orm for better-sqlite3.
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Material, Tool } from '../../contestants/tool.js'
import { openDatabase } from './open.js'

export const tool: Tool = {
  name: 'drizzle-orm',
  about: 'all migrations in one transaction, it offers no other; reads its files when it runs',
  ledger: ['__drizzle_migrations'],
  open(file, settings, material) {
    const client = openDatabase(file, settings)
    const db = drizzle({ client })
    const migrationsFolder = filesOf(material)
    return { migrate: () => migrate(db, { migrationsFolder }), close: () => client.close() }
  },
}

/** The folder as drizzle-kit writes it. */
function filesOf({ folder, history }: Material): string {
  const own = join(folder, 'drizzle')
  if (existsSync(join(own, 'meta/_journal.json'))) return own
  mkdirSync(join(own, 'meta'), { recursive: true })
  for (const { id, statements } of history) {
    writeFileSync(join(own, `${id}.sql`), statements.join(';--> statement-breakpoint\n'))
  }
  const entries = history.map(({ id, version }, idx) => ({
    idx,
    version: '6',
    when: 1_700_000_000_000 + version,
    tag: id,
    breakpoints: true,
  }))
  const journal = { version: '7', dialect: 'sqlite', entries }
  writeFileSync(join(own, 'meta/_journal.json'), JSON.stringify(journal))
  return own
}
