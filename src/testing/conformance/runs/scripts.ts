// What runs promise about SQL as text.
import { expectEqual, refusalOf } from '../stage/expect.js'
import { historyOf } from '../stage/history.js'
import { columnOf } from '../stage/look.js'
import { managerOf } from '../stage/manager-of.js'
import type { Promised } from '../stage/promised.js'

const NEEDS = ['interactiveTransactions'] as const

const ODD = `-- a comment; with a semicolon
CREATE TABLE a (id INTEGER PRIMARY KEY, "odd; name" TEXT); ;
CREATE TRIGGER shouting AFTER INSERT ON a BEGIN
  UPDATE a SET "odd; name" = CASE WHEN new.id = 1 THEN 'it''s; END;' ELSE upper(new."odd; name") END WHERE id = new.id;
END;
INSERT INTO a VALUES (1, 'one'); /* another;
one */ INSERT INTO a VALUES (2, 'two -- no comment')`

/** Promises about scripts. */
export const scripts: readonly Promised[] = [
  {
    promise: 'a script is read as SQLite reads it: triggers, quotes, comments, no last semicolon',
    needs: NEEDS,
    async tryOut(driver) {
      await managerOf(driver, historyOf({ up: ODD }, { up: '-- nothing to do' })).migrate()
      const rows = await columnOf(driver, 'SELECT "odd; name" FROM a ORDER BY id')
      expectEqual(rows, ["it's; END;", 'TWO -- NO COMMENT'], 'what the script has written')
    },
  },
  {
    promise: 'a failing statement is named with its file, line and column',
    needs: NEEDS,
    async tryOut(driver) {
      const up = `CREATE TABLE a (x);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT 1;\nEND;\n  INSERT INTO missing VALUES (';')`
      const history = historyOf({ up, file: 'migrations/001_odd.ts', at: { up: ['7:5'] } })
      const run = () => managerOf(driver, history).migrate()
      const { facts, message } = await refusalOf(run, 'the run', 'MIGRATION_FAILED')
      expectEqual(facts['place'], 'migrations/001_odd.ts:11:3', 'the place')
      expectEqual(/missing/.test(message), true, 'whether the message has the reason')
    },
  },
]
