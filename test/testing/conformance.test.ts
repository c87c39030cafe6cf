// The drivers of this project pass the suite that is shipped for others, in both journal modes and in both manners.
import { describe, it } from 'vitest'
import { describeDriver } from 'lockstep/testing/driver'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import { asyncDriver } from '../support/async-driver.js'
import { better, later, subject } from './support/subjects.js'

describe('better-sqlite3', () => {
  describeDriver({ describe, it }, better)
})

describe('better-sqlite3 in WAL mode', () => {
  describeDriver(
    { describe, it },
    subject('sync', (db) => betterSqlite3(db), 'wal'),
  )
})

describe('the asynchronous driver of the tests', () => {
  describeDriver({ describe, it }, later)
})

describe('the same, one statement at a time', () => {
  const one = subject('async', (db) => asyncDriver(db, { runsScripts: false }), 'wal')
  describeDriver({ describe, it }, { ...one, capabilities: { watch: false, scripts: false } })
})
