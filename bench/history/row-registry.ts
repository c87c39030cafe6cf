// A registry of any length whose migrations do next to nothing, to measure everything else.
import type { Registry } from '../../src/drivers/better-sqlite3.js'

/** A registry of `count` migrations that insert one row each; their digests are made up, and unique. */
export function rowRegistry(count: number): Registry {
  return Array.from({ length: count }, (_, index) => {
    const version = index + 1
    return {
      version,
      name: `row_${version}`,
      file: `migrations/${version}_row.sql`,
      checksum: `1:${digestLike(version)}`,
      downChecksum: `1:${digestLike(version)}`,
      lineage: `1:${digestLike(version)}`,
      reversible: true,
      keepsForeignKeys: true,
      source: { up: version === 1 ? CREATE : INSERT, down: '' },
    }
  })
}

const CREATE = 'CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)'
const INSERT = "INSERT INTO row (text) VALUES ('x')"

const digestLike = (version: number): string => version.toString(16).padStart(32, '0')
