// A process that migrates a database when it is told to. Bundled by the test and started several times.
import Database from 'better-sqlite3'
import {
  dependencies,
  isLockstepError,
  migrate,
  together,
} from '../../../src/drivers/better-sqlite3.js'
import { versionId } from '../../../src/model/version.js'
import type { Registry } from '../../../src/drivers/better-sqlite3.js'

const [path = '', count = '0', pauseMs = '0', lockTimeoutMs = '10000', history] =
  process.argv.slice(2)
const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(pauseMs))
}

/** Steps that would show if they ran twice: each adds a row and takes its time. */
const stepsOf = (name: string | undefined, needs?: string): Registry =>
  Array.from({ length: Number(count) }, (_, index) => ({
    version: index + 1,
    name: `step_${index + 1}`,
    ...(index === 0 && name !== undefined && { history: name, together }),
    ...(needs !== undefined && { needs: [`${needs}:${versionId(index + 1)}`], dependencies }),
    file: `${index + 1}.ts`,
    checksum: `1:${index + 1}`,
    lineage: `1:${name ?? ''}${index + 1}`,
    reversible: false,
    source: {
      up(db) {
        db.exec(
          `CREATE TABLE IF NOT EXISTS ran${name ?? ''} (version, pid); INSERT INTO ran${name ?? ''} VALUES (${index + 1}, ${process.pid})`,
        )
        pause()
      },
    },
  }))

const run = (db: Database.Database, options: object): { steps: readonly unknown[] } =>
  history === 'together'
    ? migrate(db, { core: stepsOf('core'), plugin: stepsOf('plugin', 'core') }, options)
    : migrate(db, stepsOf(history), options)

process.stdout.write('ready\n')
process.stdin.once('data', () => {
  const db = new Database(path)
  let waited = 0
  try {
    const onEvent = ({ type }: { type: string }): void =>
      void (waited += type === 'waiting' ? 1 : 0)
    const { steps } = run(db, { lockTimeoutMs: Number(lockTimeoutMs), onEvent })
    process.stdout.write(JSON.stringify({ steps: steps.length, waited }))
  } catch (error) {
    process.stdout.write(
      JSON.stringify({ code: isLockstepError(error) ? error.code : String(error) }),
    )
  }
  process.exitCode = 0
  process.stdin.pause()
})
