// Reads migrations from texts, as the generator reads them from a folder.
import { checksum } from '../../../codegen/checksum/checksum.js'
import { parseFileName } from '../../../codegen/project/file-name.js'
import type { Checksums, MigrationFile, Reading } from '../../../codegen/model/migration.js'
import { readMigrations } from '../../../codegen/parse/read-migrations.js'

const FOLDER = '/project/migrations'

/** Texts by file name, `_*` files included. */
export type Texts = Readonly<Record<string, string>>

/** Reads a folder of texts; a byte order mark is taken off as discovery does. */
export function readTexts(texts: Texts): Reading {
  const files: MigrationFile[] = []
  const helpers = new Map<string, string>()
  for (const [file, bytes] of Object.entries(texts)) {
    const text = bytes.replace(/^\ufeff/, '')
    const path = `${FOLDER}/${file}`
    const name = parseFileName(file)
    if (name.is === 'migration') files.push({ ...name, file: `migrations/${file}`, path, text })
    else helpers.set(path, text)
  }
  return readMigrations({ files, helpers, diagnostics: [] })
}

/** The checksums of all migrations of a folder of texts. Fails when one cannot be read. */
export function checksumsOf(texts: Texts): Checksums[] {
  const reading = readTexts(texts)
  if (reading.diagnostics.length > 0)
    throw new TypeError(reading.diagnostics.map(({ message }) => message).join('\n'))
  return reading.migrations.map((migration) => checksum(migration, reading.discovery))
}

/** The checksum of `up` of a single migration in an object: `upOf("db.exec('…')")`. `before` stands above it. */
export const upOf = (body: string, before = ''): string =>
  upOfFile(`${before}\nexport default { up(db, ctx) { ${body} }, irreversible: 'test' }`)

/** The checksum of `up` of one script, with helpers beside it. */
export function upOfFile(text: string, helpers: Texts = {}): string {
  const [first] = checksumsOf({ '001_case.ts': text, ...helpers })
  return first!.up
}
