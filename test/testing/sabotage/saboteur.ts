// What a saboteur is, and the tools of the trade.
import type Database from 'better-sqlite3'
import type { Value } from '../../../src/database/driver.js'
import type { HastyDriver } from '../support/hasty.js'

/** The client's handle. */
export type Handle = Database.Database

/** Members laid over a good driver; their types may be as wrong as they like. */
export type Sabotage = (driver: HastyDriver, db: Handle) => object

/** What is wrong with a driver, the case that exists to notice it, and how it is done. */
export type Saboteur = readonly [wrong: string, breaks: string, sabotage: Sabotage]

/** `query` with its rows exchanged. */
export const answering =
  (
    exchange: (rows: readonly Readonly<Record<string, unknown>>[], sql: string) => unknown,
  ): Sabotage =>
  (driver) => ({
    query: (sql: string, parameters?: readonly Value[]) =>
      exchange(driver.query(sql, parameters), sql),
  })

/** `query` with its parameters exchanged. */
export const binding =
  (exchange: (value: Value) => Value): Sabotage =>
  (driver) => ({
    query: (sql: string, parameters: readonly Value[] = []) =>
      driver.query(sql, parameters.map(exchange)),
  })

/** All text exchanged before it runs, by whichever member. */
export const rewriting =
  (rewrite: (sql: string) => string): Sabotage =>
  (driver) => ({
    execute: (script: string) => driver.execute(rewrite(script)),
    query: (sql: string, parameters?: readonly Value[]) => driver.query(rewrite(sql), parameters),
  })

/** A call that throws an error of its own in the place of the client's. */
export const hiding =
  <A extends unknown[], R>(call: (...values: A) => R) =>
  (...values: A): R => {
    try {
      return call(...values)
    } catch (error) {
      throw new TypeError(`The statement failed: ${String(error)}`, { cause: error })
    }
  }
