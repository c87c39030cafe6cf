// A database as a crash leaves it in the middle of a transaction: pages of it changed, and the journal beside it.
import { copyFileSync } from 'node:fs'
import Database from 'better-sqlite3'

/** Copies a rollback-journal database that has a table `t1` while a transaction is half written, and answers the copy. */
export function hotCopyOf(path: string, copy: string): string {
  const db = new Database(path)
  // Next to nothing is kept in memory, so that pages reach the file before the transaction ends.
  db.pragma('cache_size = 1')
  db.exec(`BEGIN; CREATE TABLE half (x);
INSERT INTO half SELECT hex(zeroblob(1000)) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200) SELECT i FROM n);
INSERT INTO t1 VALUES (1)`)
  for (const side of ['', '-journal']) copyFileSync(path + side, copy + side)
  db.exec('ROLLBACK')
  db.close()
  return copy
}
