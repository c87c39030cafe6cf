// Loaded by threads and processes that migrations start during a trial: nothing there is the trial's own database.
import { buildWall } from './build-wall.js'

buildWall().raise()
