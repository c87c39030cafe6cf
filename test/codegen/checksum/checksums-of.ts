// Checksums of migrations that exist only as texts in a test.
import { checksum, Digester, type Digests } from '../../../codegen/checksum/checksum.js'
import type { Checksums } from '../../../codegen/model/migration.js'
import { readFolder, type Folder } from '../parse/read-folder.js'

/** The checksums of all migrations of a folder of texts. Fails when one cannot be read. */
export function checksumsOf(texts: Folder): Checksums[] {
  const reading = readFolder(texts)
  if (reading.diagnostics.length > 0)
    throw new TypeError(reading.diagnostics.map(({ message }) => message).join('\n'))
  return reading.migrations.map((migration) => checksum(migration, reading.discovery))
}

/** What one script is compared by, with the checksums that ledgers may have instead. */
export function digestsOfFile(text: string): Digests {
  const { discovery, migrations } = readFolder({ '001_case.ts': text })
  return new Digester(discovery).digests(migrations[0]!)
}

/** The checksum of `up` of a single migration in an object: `upOf("db.exec('…')")`. `before` stands above it. */
export const upOf = (body: string, before = ''): string =>
  upOfFile(`${before}\nexport default { up(db, ctx) { ${body} }, irreversible: 'test' }`)

/** The checksum of `up` of one script, with helpers beside it. */
export function upOfFile(text: string, helpers: Folder = {}): string {
  const [first] = checksumsOf({ '001_case.ts': text, ...helpers })
  return first!.up
}
