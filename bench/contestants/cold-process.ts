// A process of its own that migrates once and prints how many milliseconds that took, as wall-clock time, without loading its
// modules.
import Database from 'better-sqlite3'
import { pathToFileURL } from 'node:url'
import { migrate, type Registry } from '../../src/drivers/better-sqlite3.js'
import { applyEachRaw, type RawStep } from './raw.js'

const [job, file = '', registryFile = '', steps = '[]'] = process.argv.slice(2)
const { registry } = (await import(pathToFileURL(registryFile).href)) as {
  readonly registry: Registry
}
const raw = JSON.parse(steps) as readonly RawStep[]
const db = new Database(file)
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
const start = process.hrtime.bigint()
if (job === 'raw') applyEachRaw(db, raw)
else migrate(db, registry.slice(0, raw.length))
console.log(Number(process.hrtime.bigint() - start) / 1e6)
