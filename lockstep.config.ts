// The settings of the example in migrations/, which `npm start` runs.
import { defineConfig } from 'lockstep'

export default defineConfig({
  driver: 'better-sqlite3',
  database: 'data/app.db',
})
