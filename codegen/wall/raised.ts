// Raises the wall in threads and processes that migrations start during a trial: no database there is the trial's own.
import { buildWall } from './build-wall.js'

buildWall().raise()
