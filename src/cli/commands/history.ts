// `lockstep history`: everything that was applied and undone, with times.
import { type CommandResult, type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { lookAtEach, oneOrEach, together } from '../histories/several-histories.js'
import { readDatabase } from '../database/read-database.js'
import { tellUnmanaged } from '../render/tell-unmanaged.js'
import { renderHistory } from '../render/history.js'
import { historyOf, withHistory } from '../render/with-history.js'

/** Needs no registry: the ledger has it all. Without `--name`, covers all histories of one database. */
export const run: CommandRun = (invocation) =>
  oneOrEach(
    invocation,
    () => readOne(invocation),
    async (all) => together(await lookAtEach(all, readOne)),
  )

const readOne = (invocation: Invocation): Promise<CommandResult> =>
  readDatabase(invocation, 'none', (database) => {
    tellUnmanaged(database, invocation)
    const { manager, path, shown, exists, settings } = database
    const entries = manager.history()
    return {
      exitCode: EXIT.done,
      json: { database: path, ...historyOf(settings), exists, entries },
      text(style) {
        const name = withHistory(shown, settings)
        const lines = renderHistory(name, entries, style)
        // Other histories may be in the same file.
        const isTold = settings.history === undefined || entries.length === 0
        return isTold ? lines : [style.bold(name), '', ...lines]
      },
    }
  })
