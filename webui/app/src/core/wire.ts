// Generated from the Go types by go generate ./console. Do not edit.

export interface Alias {
  name: string;
  line: string;
}

export interface Alternation {
  name: string;
  by: string;
  values: unknown[];
  /** frames that count of each block */
  every: number;
  /** frames before them that do not */
  settle: number;
  rounds: number;
  /** with the same one the order is the same */
  seed: number;
  /** those that are over, in their order */
  blocks: AlternationBlock[];
}

export interface AlternationBlock {
  /** index of the value */
  value: number;
  /** its first frame that counts */
  first: number;
  last: number;
}

export interface AlternationEvent {
  name: string;
  by: string;
  /** of the block, from 0 */
  number: number;
  /** index of the value */
  value: number;
  /** its first frame that counts */
  first: number;
  last: number;
}

export interface ArgumentInfo {
  name: string;
  /** bool, int, float, string, duration, enum, color, vec2 to vec4, text, cvar, entity; of the console's own verbs also value, command, alias, key, line, profile */
  type: string;
  enum?: string[];
  /** least value; of a duration in ns */
  min?: number;
  max?: number;
  optional?: boolean;
  /** it may come any number of times */
  variadic?: boolean;
  /** an id or a name, of an entity */
  entity?: boolean;
  /** there are values to offer */
  completes?: boolean;
}

export interface AssetFrames {
  /** px */
  width: number;
  /** px */
  height: number;
  /** row by row from the top left */
  count: number;
}

export interface AssetInfo {
  /** in /asset/{id}; never another's */
  id: string;
  /** slashes make folders */
  name: string;
  kind: 'image' | 'sound' | 'text' | 'json' | 'shader' | 'font' | 'mesh' | 'other';
  /** of what GET /asset/{id} gives */
  mediaType: string;
  /** B; of what GET /asset/{id} gives; 0 while that was not made yet */
  bytes: number;
  /** B; that the game holds for it */
  memory?: number;
  /** px */
  width?: number;
  /** px */
  height?: number;
  /** of its mip map, with the picture itself */
  levels?: number;
  /** of a sheet of pictures */
  frames?: AssetFrames;
  /** s */
  duration?: number;
  /** Hz */
  rate?: number;
  channels?: number;
  vertices?: number;
  triangles?: number;
  /** of a font */
  glyphs?: number;
  /** of a font */
  family?: string;
  /** who uses it */
  refs?: string[];
  /** rises when the content becomes another */
  version: number;
  /** in which this version began */
  frame: number;
  /** where it comes from */
  origin?: string;
  help?: string;
  /** whether clients may put other bytes in its place */
  replace: boolean;
  /** whether there is /asset/{id}/preview */
  preview: boolean;
  /** of a text */
  language?: string;
  /** what is wrong with it: what a reader or the game's loader said */
  fault?: string;
}

export interface AssetsEvent {
  changed: AssetInfo[];
  /** ids */
  gone: string[];
}

export interface AssetsState {
  /** the first of them; the others come as events */
  assets: AssetInfo[];
  total: number;
}

export interface AtCall {
  method: string;
  params?: unknown;
}

export interface AtResult {
  frame: number;
  /** the tick that was simulated behind them */
  tick: number;
  /** of each call in order, an object with a member result or a member error */
  results: unknown[];
}

export interface CaptureResult {
  /** for GET /capture/{id} */
  id: string;
  /** B; held in the game; a file is smaller */
  bytes: number;
  frames: number;
}

export interface ChartValues {
  /** of the last of the values */
  frame: number;
  tick: number;
  /** frames; when there were more than 600, the newest */
  n: number;
  /** of each field, the oldest first; null where it is not there */
  values: number[][];
}

export interface CheckResult {
  value: unknown;
  type: 'null' | 'bool' | 'number' | 'duration' | 'time' | 'enum' | 'string' | 'entity';
  /** by path, cvar or sum as it stands in the expression */
  values: Record<string, unknown>;
  frame: number;
  tick: number;
}

export interface Clock {
  /** calls of Update since the session began */
  frame: number;
  /** simulation ticks since the session began */
  tick: number;
  /** ns; since the session began */
  time: number;
}

export interface ClockInfo {
  /** the processor's counter, QueryPerformanceCounter, or Go's clock */
  kind: 'tsc' | 'cntvct' | 'qpc' | 'go';
  /** ns; the usual difference between two readings, reading included */
  resolution: number;
}

export interface Collection {
  /** its number since the program began */
  cycle: number;
  /** ns; its end, since the session began: as exact as the system's wall clock */
  time: number;
  /** ns; the world stood still, all stops of the collection together */
  pause: number;
}

export interface CommandInfo {
  name: string;
  /** such as spawn <kind> [count] */
  usage: string;
  help: string;
  args: ArgumentInfo[];
  /** a verb of the console's own */
  builtin?: boolean;
  /** it only looks: the role view suffices */
  view?: boolean;
}

export interface CommandOutput {
  /** all text, tables included */
  output: string;
  /** of the commands that had something to say */
  results: CommandResult[];
  frame: number;
  tick: number;
}

export interface CommandResult {
  /** of the script, from 1 */
  line: number;
  /** the first word */
  command: string;
  output?: string;
  /** what the command returned, where that is no text: rows of a table, as a rule */
  data?: unknown;
  /** where it stands in the line, in UTF-16 code units */
  from: number;
  to: number;
}

export interface CommandRun {
  by: string;
  /** values of secret cvars are left out, and what is longer than 1 KiB */
  line: string;
  /** the first 4 KiB */
  output: string;
  error?: string;
  /** when it ended */
  frame: number;
  tick: number;
  /** ns; since the session began */
  time: number;
}

export interface CommandsEvent {
  ran?: CommandRun[];
  /** all that there are now */
  aliases?: Alias[];
  /** all that there are now */
  binds?: KeyBind[];
}

export interface CommandsState {
  aliases: Alias[];
  binds: KeyBind[];
  /** the last 100, or 128 KiB, oldest first */
  recent: CommandRun[];
}

export interface Completion {
  /** of the word that an item replaces, in UTF-16 code units */
  from: number;
  to: number;
  /** at most 200: those that begin so before those that hold it, before those that have its letters in order */
  items: CompletionItem[];
  /** of the command that the cursor is in */
  usage?: string;
  /** which of its arguments, from 0 */
  arg?: number;
}

export interface CompletionItem {
  /** what is put in the word's place, quoted where it must be */
  text: string;
  kind: 'command' | 'cvar' | 'alias' | 'value' | 'entity' | 'profile' | 'file' | 'key';
  /** of a cvar, as a person writes it */
  value?: string;
  default?: string;
  help?: string;
  /** the value is not the default */
  modified?: boolean;
}

export interface Component {
  name: string;
  fields: Field[];
}

export interface CvarChange {
  id: number;
  name: string;
  frame: number;
  tick: number;
  /** ns; since the session began */
  time: number;
  by: string;
  /** the layer that was changed */
  layer: string;
  from?: string;
  /** null of a secret */
  old: unknown;
  new: unknown;
  /** changes of one client in quick succession */
  steps: number;
  /** it was taken back */
  undone?: boolean;
  /** the change that this one took back */
  undo?: number;
}

export interface CvarChanges {
  changed: CvarInfo[];
  /** names that are bound no more */
  gone?: string[];
}

export interface CvarInfo {
  name: string;
  type: 'bool' | 'int' | 'float' | 'string' | 'duration' | 'enum' | 'color' | 'vec2' | 'vec3' | 'vec4';
  /** bool, number, string, or a vector's numbers; durations as 16ms, enums by name, colours as #rrggbbaa; null of a secret */
  value: unknown;
  /** the value when it was bound */
  default: unknown;
  /** least value, of a vector for each number; of a duration in ns */
  min?: number;
  max?: number;
  step?: number;
  enum?: string[];
  unit?: string;
  help: string;
  /** modified, archive, read-only, latched, cheat, secret, dev */
  flags: string[];
  /** default, game, a file, or the client's name */
  setBy: string;
  /** whose value holds, or of a latched one that waits, will hold */
  layer: 'default' | 'archive' | 'autoexec' | 'environment' | 'command line' | 'code' | 'console' | 'lease';
  setFrame?: number;
  setTick?: number;
  /** ns; since the session began */
  setTime?: number;
  /** file and line, profile, or variable of the environment that it came from */
  from?: string;
  /** the values above the default, strongest first */
  layers?: CvarLayer[];
  /** the value that a latched one will have */
  pending?: unknown;
  lease?: LeaseInfo;
  /** file:line that bound it */
  where?: string;
  /** the game offers values: see command.complete */
  completes?: boolean;
  /** grows with each change */
  version: number;
}

export interface CvarLayer {
  layer: string;
  value: unknown;
  by: string;
  frame?: number;
  from?: string;
}

export interface CvarLoaded {
  applied: CvarValue[];
  skipped: CvarSkipped[];
  /** names that are not bound yet: their values wait */
  waiting: string[];
}

export interface CvarProfile {
  name: string;
  /** with the game; one in the folder of the same name goes before it */
  shipped: boolean;
  values: number;
  /** its first comment */
  help?: string;
  /** RFC 3339; of one in the folder */
  modified?: string;
}

export interface CvarSaved {
  file: string;
  written: CvarValue[];
  /** settings of other names, and lines that are not understood, which were kept */
  kept: number;
}

export interface CvarSkipped {
  /** absent where the line says nothing that can be understood */
  name?: string;
  file: string;
  line: number;
  reason: string;
}

export interface CvarState {
  name: string;
  type: 'bool' | 'int' | 'float' | 'string' | 'duration' | 'enum' | 'color' | 'vec2' | 'vec3' | 'vec4';
  /** bool, number, string, or a vector's numbers; durations as 16ms, enums by name, colours as #rrggbbaa; null of a secret */
  value: unknown;
  /** the value when it was bound */
  default: unknown;
  /** least value, of a vector for each number; of a duration in ns */
  min?: number;
  max?: number;
  step?: number;
  enum?: string[];
  unit?: string;
  help: string;
  /** modified, archive, read-only, latched, cheat, secret, dev */
  flags: string[];
  /** default, game, a file, or the client's name */
  setBy: string;
  /** whose value holds, or of a latched one that waits, will hold */
  layer: 'default' | 'archive' | 'autoexec' | 'environment' | 'command line' | 'code' | 'console' | 'lease';
  setFrame?: number;
  setTick?: number;
  /** ns; since the session began */
  setTime?: number;
  /** file and line, profile, or variable of the environment that it came from */
  from?: string;
  /** the values above the default, strongest first */
  layers?: CvarLayer[];
  /** the value that a latched one will have */
  pending?: unknown;
  lease?: LeaseInfo;
  /** file:line that bound it */
  where?: string;
  /** the game offers values: see command.complete */
  completes?: boolean;
  /** grows with each change */
  version: number;
  frame: number;
  tick: number;
}

export interface CvarValue {
  name: string;
  value: unknown;
}

export interface DisplayGrant {
  scale: number;
  /** 1/s */
  fps: number;
  quality: number;
  mode: 'auto' | 'jpeg' | 'lossless';
}

export interface DisplayInfo {
  /** false where the game has shown no picture, and has not asked whether to */
  available: boolean;
  /** px; of the whole; 0 before it is known */
  width: number;
  /** px */
  height: number;
  /** why the last picture was not taken */
  refused?: string;
  /** pictures so far */
  shown: number;
  viewers: number;
  codecs: string[];
  modes: string[];
  /** from the world to the display, as a canvas has it; absent where they are the same */
  camera?: number[];
  profiles: DisplayProfile[];
}

export interface DisplayMark {
  /** u8: its length, then so many bytes */
  id: string;
  /** u8: index into world.kinds; 255 for all from there on */
  kind: number;
  /** f32: in pixels of the display */
  x: number;
  /** f32 */
  y: number;
  /** f32 */
  radius: number;
}

export interface DisplayPart {
  /** u8: 1 JPEG, 2 RGB bytes in a block of Snappy, 3 RGB once a tile; then a byte 0 */
  codec: number;
  /** u16: of the sheet, in tiles */
  columns: number;
  /** u16: tiles; 0 is the whole picture in one, not padded */
  n: number;
  /** u32: of data */
  bytes: number;
  /** u16[n]: row by row of the picture */
  tiles: number[];
  /** u8[bytes] */
  data: string;
}

export interface DisplayPicture {
  /** u8: 1 */
  version: number;
  /** u8: 1 whole picture, 2 it rests and is exact now, 4 followed entities stand at the end */
  flags: number;
  /** u16: of this picture */
  width: number;
  /** u16 */
  height: number;
  /** u16: of the display */
  fullWidth: number;
  /** u16 */
  fullHeight: number;
  /** u16: side of a tile, 64 */
  tile: number;
  /** u64: the last that was simulated before it was drawn; the frame stands in the header of the message */
  tick: number;
  /** u16: what encoding took, in 10 us */
  encode: number;
  /** u16: what it took the game's goroutine, in 10 us */
  read: number;
  /** u8: the display was shrunk by this, 1, 2 or 4 */
  scale: number;
  /** u8: granted */
  quality: number;
  /** u16: granted, in tenths */
  fps: number;
  /** u16: parts */
  n: number;
  parts: DisplayPart[];
  /** u16 and so many, with the flag 4 */
  entities: DisplayMark[];
}

export interface DisplayProfile {
  scale: number;
  /** 1/s */
  fps: number;
  quality: number;
  mode: 'auto' | 'jpeg' | 'lossless';
  viewers: number;
  /** ms; of a picture, lately */
  encode: number;
  /** B; of a picture, lately */
  bytes: number;
}

export interface Entity {
  id: string;
  name: string;
  kind: string;
  frame: number;
  tick: number;
  /** id of what it hangs on */
  parent?: string;
  components: Component[];
}

export interface EntityChange {
  id: string;
  name: string;
  kind: string;
  /** before and after, by path; empty where only what is hidden changed */
  fields: Record<string, unknown[]>;
}

export interface EntityRef {
  id: string;
  name: string;
  kind: string;
}

export interface ExprSample {
  tick: number;
  /** by path, cvar or sum as it stands in the expression; null is what was not there, and what was not looked at is absent */
  values: Record<string, unknown>;
}

export interface Field {
  path: string;
  name: string;
  type: 'bool' | 'int' | 'float' | 'string' | 'duration' | 'enum' | 'color' | 'time' | 'entity' | 'asset' | 'list' | 'map' | 'any' | 'json';
  /** path of the vector, quaternion or matrix that it is a part of */
  of?: string;
  /** what that is: vec2, vec3, vec4, quat (x y z w), mat (row by row) */
  as?: string;
  /** columns of a matrix */
  cols?: number;
  /** kinds of entities that a reference may name; absent is any */
  kinds?: string[];
  /** kind of the assets that it may name */
  asset?: string;
  min?: number;
  max?: number;
  step?: number;
  enum?: string[];
  unit?: string;
  help?: string;
  readOnly?: boolean;
  value: unknown;
  /** changes with the value; give it back as ifVersion */
  version: number;
}

export interface FieldInfo {
  path: string;
  name: string;
  type: 'bool' | 'int' | 'float' | 'string' | 'duration' | 'enum' | 'color' | 'time' | 'entity' | 'asset' | 'list' | 'map' | 'any' | 'json';
  /** path of the vector, quaternion or matrix that it is a part of */
  of?: string;
  /** what that is: vec2, vec3, vec4, quat (x y z w), mat (row by row) */
  as?: string;
  /** columns of a matrix */
  cols?: number;
  /** kinds of entities that a reference may name; absent is any */
  kinds?: string[];
  /** kind of the assets that it may name */
  asset?: string;
  min?: number;
  max?: number;
  step?: number;
  enum?: string[];
  unit?: string;
  help?: string;
  readOnly?: boolean;
}

export interface GoroutineGroup {
  count: number;
  /** what they wait for, where their stack shows it */
  state?: string;
  /** place in stack of the frame that names it: the first outside of the standard library, else the outermost */
  at: number;
  /** numbers of frames, the innermost first; the runtime's own are left out there */
  stack: number[];
}

export interface Goroutines {
  /** ns; since the session began */
  time: number;
  frame: number;
  /** without the runtime's own */
  total: number;
  /** how often the world stood still meanwhile, collections aside */
  stops: number;
  /** ns; for how long at most, all together: the runtime tells it by buckets */
  stopped: number;
  /** ns; for the whole list, most of it beside the game */
  took: number;
  /** the largest first */
  groups: GoroutineGroup[];
  /** goroutines that are in no group here */
  left: number;
  /** what the stacks name by number */
  frames: StackFrame[];
}

export interface HeapProfile {
  /** B; one allocation in so many bytes is sampled, on average */
  rate: number;
  /** the profile holds what was allocated before this collection, at least */
  cycle: number;
  /** ns; its end, since the session began; below 0 before that */
  time: number;
  /** ns; of the profile when the mark was made */
  age: number;
  /** collections that ended for the mark: the two that it ran, and any that came between */
  ran: Collection[];
}

export interface Hold {
  id: string;
  name: string;
  path: string;
  value: unknown;
  author: string;
  /** when it began */
  frame: number;
  /** how often the game wrote something else, and it was put back */
  overwritten: number;
  /** what the game wrote last; null for nothing yet */
  last: unknown;
}

export interface Incident {
  id: string;
  /** what it was that froze the recorder */
  kind: 'frame' | 'log' | 'panic' | 'heap' | 'predicate' | 'client' | 'call' | 'capture';
  reason: string;
  /** the client that asked for it */
  by?: string;
  frame: number;
  tick: number;
  /** ns; since the session began */
  time: number;
  /** ns; of a frame that took long */
  period?: number;
  /** others of the game's own soon after, which were not kept */
  more?: number;
  /** recording for a moment after */
  state: 'recording' | 'kept';
  /** ns */
  from: number;
  /** ns */
  to: number;
  /** of what is kept */
  firstFrame: number;
  lastFrame: number;
  /** that are kept */
  frames: number;
  /** B; held in the game; a file is smaller */
  bytes: number;
}

export interface InputGamepad {
  id: number;
  name?: string;
  /** axes and buttons are those of the standard layout */
  standard: boolean;
  axes: number[];
  /** from 0 to 1 */
  buttons: number[];
}

export interface InputInjected {
  keys: string[];
  buttons: number[];
}

export interface InputSeen {
  /** that took it in */
  frame: number;
  /** that sees it first */
  tick: number;
}

export interface InputStatus {
  /** the client that has the input */
  holder?: string;
  /** frame in which it took it */
  since?: number;
  /** clients that asked for it */
  waiting: InputWaiting[];
  /** codes of those that are down */
  keys: string[];
  /** of the mouse, those that are down */
  buttons: number[];
  /** px; of the pointer, on the game's screen */
  x: number;
  /** px */
  y: number;
  /** notches in this tick */
  wheelX?: number;
  wheelY?: number;
  touches: InputTouch[];
  gamepads: InputGamepad[];
  /** what of it the holder presses */
  injected: InputInjected;
  /** events and characters that wait for ticks */
  queued: number;
}

export interface InputTouch {
  id: number;
  /** px */
  x: number;
  /** px */
  y: number;
}

export interface InputWaiting {
  name: string;
  /** frame */
  since: number;
}

export interface Inspected {
  id: string;
  /** it is not in the world any more */
  gone?: boolean;
  /** value by path; in an event only what changed */
  fields?: Record<string, unknown>;
}

export interface KeyBind {
  /** as Mod+Alt+Shift+F5; Mod is Ctrl, on a Mac Cmd */
  key: string;
  line: string;
}

export interface Kind {
  kind: string;
  help: string;
  /** how many there are now */
  count: number;
  fields: FieldInfo[];
  /** paths shown in the table from the start */
  columns: string[];
  /** paths of the two or three numbers that say where one is */
  position?: string[];
  /** they may hang on each other */
  parents?: boolean;
  /** what clients may do beside changing fields: create, delete, duplicate, reparent, attach */
  can?: string[];
  /** what world.call calls */
  methods?: MethodInfo[];
  /** what an entity of the source may be made of */
  components?: string[];
  /** the game's own storage that they lie in */
  source?: string;
  /** its heading in world.hash */
  subsystem: string;
}

export interface KindCount {
  kind: string;
  count: number;
}

export interface LeaseInfo {
  by: string;
  /** ns; since the session began; absent: until its client leaves */
  until?: number;
}

export interface Limit {
  /** the part of the program that keeps it */
  scope: string;
  name: string;
  value: number;
  /** B, ns, 1/s, or what is counted */
  unit: string;
  /** since the start */
  hits: number;
  /** what happens then */
  help?: string;
}

export interface Line {
  /** counts from 1 without gaps */
  seq: number;
  /** ns; since the session began */
  time: number;
  frame: number;
  tick: number;
  level: 'debug' | 'info' | 'warn' | 'error';
  msg: string;
  /** object */
  attrs: unknown;
  /** file:line */
  source: string;
  /** how often it came, one after the other; absent is once */
  count?: number;
  /** of the last of them */
  lastFrame?: number;
  /** ns; of the last of them, since the session began */
  lastTime?: number;
}

export interface Lines {
  /** in an event first the newest of those before, where it was repeated since */
  lines: Line[];
  /** lines asked for that are kept no more */
  lost: number;
}

export interface LoginResult {
  id: number;
  name: string;
  role: 'view' | 'edit' | 'drive';
  /** for the next login */
  token?: string;
  /** names this run of the game */
  session: string;
  protocol: string;
  server: ServerInfo;
  features: string[];
  clock: Clock;
  limits: Record<string, number>;
}

export interface Measured {
  ticks: number;
  scopes: MeasuredScope[];
  /** of the game's own simulation */
  tick: TickSpread;
  /** objects that the whole program allocated meanwhile */
  allocs: number;
  /** B */
  allocBytes: number;
  /** garbage collections that ended meanwhile */
  gcs: number;
  /** ns; the longest time that one of them stopped the program */
  gcPauseMax: number;
}

export interface MeasuredScope {
  name: string;
  calls: number;
  /** ns */
  total: number;
  /** ns */
  p50: number;
  /** ns */
  p95: number;
  /** ns */
  p99: number;
  /** ns */
  max: number;
}

export interface MemoryDiff {
  from: MemoryMark;
  to: MemoryMark;
  /** those that grew most first, those that shrank at the end */
  sites: SiteGrowth[];
  /** all that are not in sites, together */
  others: SiteGrowth;
  /** how many call sites are in others */
  left: number;
  /** what the stacks name by number */
  frames: StackFrame[];
}

export interface MemoryMark {
  /** from 1; 0 is now */
  id: number;
  name?: string;
  /** ns; when it was made, since the session began */
  time: number;
  frame: number;
  /** B; in use, as far as the profile knows */
  bytes: number;
  objects: number;
  /** call sites that ever allocated a sampled object */
  sites: number;
  profile: HeapProfile;
}

export interface MemorySample {
  /** ns; since the session began */
  time: number;
  frame: number;
  /** B; live objects and dead ones not swept yet, with the room between them */
  heapInUse: number;
  /** B; of heapInUse: room between objects */
  heapUnused: number;
  /** B; free, kept for reuse */
  heapIdle: number;
  /** B; free, given back to the system */
  heapReleased: number;
  /** B; what the last collection found alive */
  heapLive: number;
  /** B; size at which the next collection ends */
  heapGoal: number;
  /** B */
  stacks: number;
  /** B; the runtime's own structures */
  runtime: number;
  /** B; mapped by the Go runtime */
  total: number;
  liveObjects: number;
  /** B/s; since the sample before; the runtime counts small objects by spans of 8 KiB and more */
  allocRate: number;
  /** 1/s; since the sample before */
  allocObjects: number;
  gcCycles: number;
  /** of gcCycles: those that the program asked for */
  gcForced: number;
  /** ns; stops of the world since the start */
  gcPauseP50: number;
  /** ns */
  gcPauseP99: number;
  /** ns */
  gcPauseMax: number;
  /** stops of the world since the sample before; a collection stops it several times */
  gcPauses: Quantiles;
  /** share of the processor time since the start, 0 to 1; moves when a collection ends */
  gcCPU: number;
  /** the same from the end of the last collection but one to the end of the last */
  gcCPULast: number;
  /** of gcCPU: the game's own goroutines, made to help because they allocate */
  gcAssist: number;
  /** the same of gcCPULast */
  gcAssistLast: number;
  /** collections that ended since the sample before */
  gcs?: Collection[];
  goroutines: number;
  /** goroutines that run; with all four 0, this Go does not tell (before 1.26) */
  goRunning: number;
  /** goroutines that could run and wait for a processor */
  goRunnable: number;
  /** goroutines that wait for something else */
  goWaiting: number;
  /** goroutines in a call of the system or of C */
  goNotInGo: number;
  /** of the Go runtime; 0 where this Go does not tell (before 1.26) */
  threads: number;
  /** s/s; time that goroutines waited for locks, all together, per second since the sample before */
  mutexWait: number;
  /** ns; waiting for a processor, since the start */
  schedP50: number;
  /** ns */
  schedP99: number;
  /** waiting for a processor, since the sample before */
  sched: Quantiles;
  /** the game's own trackers */
  tags?: Tag[];
  /** changes of memory.marks */
  marks: number;
}

export interface Meter {
  /** place in the column of an event */
  id: number;
  name: string;
  unit: string;
  /** a counter's value is of its frame, a gauge's lasts */
  kind: 'counter' | 'gauge';
  help: string;
}

export interface MethodInfo {
  name: string;
  help: string;
  params: MethodParam[];
  /** the last may come any number of times */
  variadic?: boolean;
}

export interface MethodParam {
  name: string;
  /** bool, int, float, string, duration, time, color, entity (an id), list, map, any */
  type: string;
  enum?: string[];
}

export interface MethodStats {
  name: string;
  calls: number;
  /** answered with an error, of those */
  failed: number;
  /** B; of params */
  in: number;
  /** B; of results and errors */
  out: number;
  /** ns; on the game's goroutine */
  time: number;
  /** ns; of one call */
  max: number;
}

export interface Nearby {
  id: string;
  name: string;
  kind: string;
  x: number;
  y: number;
  z?: number;
  distance: number;
}

export interface NetworkStatus {
  connections: number;
  /** false while no new connections are let in */
  accepting: boolean;
  /** addresses that are not let in */
  blocked: string[];
}

export interface OpenResult {
  id: string;
  /** of the topic's last event before the first to come; it rises from event to event, and may jump */
  seq: number;
  /** its number in the header of binary messages */
  binary?: number;
  /** the topic is a group of clients */
  group?: boolean;
  /** the first state */
  snapshot?: unknown;
}

export interface Past {
  /** the newest first */
  transactions: Transaction[];
  /** there are older ones; a page of large transactions is shorter than its limit */
  more: boolean;
  /** how many of the oldest are kept no more */
  forgotten: number;
}

export interface PatchOp {
  op: 'add' | 'remove' | 'replace';
  path: string;
  value?: unknown;
}

export interface Predicate {
  id: string;
  cvar: string;
  op: '<' | '<=' | '==' | '!=' | '>=' | '>';
  /** bool, number or string, by the cvar's type */
  value: unknown;
  by: string;
}

export interface PublishResult {
  /** subscriptions that the event went to */
  delivered: number;
}

export interface Quantiles {
  count: number;
  /** ns */
  p50: number;
  /** ns */
  p99: number;
  /** ns */
  max: number;
}

export interface QueueStats {
  topic: string;
  kind: 'server' | 'group';
  priority: number;
  subscribers: number;
  /** of those, the ones that keep up and are sent the same bytes */
  shared: number;
  published: number;
  /** to subscribers */
  sent: number;
  /** to subscribers, by their policies */
  lost: number;
  /** by a newer value, before they were sent */
  replaced: number;
  /** too old before they could be sent */
  expired: number;
  /** events, over all subscribers */
  waiting: number;
  /** B; by the events that wait, and by the history */
  held: number;
  /** 1/s; events published, since the look before */
  fillRate: number;
  /** 1/s; events sent, since the look before */
  sendRate: number;
}

export interface Row {
  id: string;
  /** absent in an event where it is known already */
  name?: string;
  kind?: string;
  /** how many entities hang on it, where the query says of what its rows hang on */
  children?: number;
  /** value by path; in an event only what changed */
  fields: Record<string, unknown>;
}

export interface RowGroup {
  /** null also for what has no such field */
  value: unknown;
  count: number;
}

export interface RunDiverged {
  /** of the recording, behind which the state was another */
  tick: number;
  subsystems: string[];
  /** that differ, of a recording with digests of fields; 64 at the most */
  fields: RunField[];
  /** of all that differ */
  count: number;
}

export interface RunField {
  subsystem: string;
  /** type and field as in Go, such as Seed.Body.Pos.X; Seed[] where it is how many there are */
  path: string;
  /** the id of one that differs and has the field */
  entity?: string;
  /** of the entity */
  name?: string;
  /** what it is in the replay */
  now?: string;
}

export interface RunInfo {
  id: number;
  label: string;
  /** the client that recorded it */
  by: string;
  /** the last before it began */
  tick: number;
  /** that were recorded */
  ticks: number;
  /** B; that it takes: the state at its beginning, and what was recorded */
  bytes: number;
  hash: 'none' | 'total' | 'fields';
  /** ticks from one digest of the state to the next */
  every: number;
  /** that the game was given at the beginning */
  seed?: number;
  /** of clients, that are a part of it */
  calls: number;
  /** calls that are no part of it, since they hold secrets */
  secrets?: number;
  /** the state at its beginning is there; it is not of one that came as a file */
  state: boolean;
  /** why; absent while it records. bytes and ticks are bounds of Runs; state is one that became too large to digest */
  ended?: 'stopped' | 'bytes' | 'ticks' | 'state';
}

export interface RunOther {
  tick: number;
  by: string;
  method: string;
}

export interface RunRefused {
  /** before the one behind this it was made */
  tick: number;
  /** the method, or cvar and its name */
  what: string;
  message: string;
}

export interface RunReplayed {
  /** all digests that were compared are those of the recording */
  same: boolean;
  /** that were replayed */
  ticks: number;
  /** ticks with a digest */
  compared: number;
  /** where the game is now: the console's count, which went on */
  tick: number;
  frame: number;
  /** id of the snapshot that was taken just before: world.restore undoes the replay */
  before: number;
  diverged?: RunDiverged;
  /** changes that were a part of the recording and could not be made again; 100 at the most */
  refused?: RunRefused[];
  /** what other clients called meanwhile; 100 at the most */
  others?: RunOther[];
}

export interface RunsState {
  /** id of the one that is made now */
  recording?: number;
  /** id of the one that is replayed now */
  replaying?: number;
  /** oldest first */
  runs: RunInfo[];
  /** B; that they take */
  bytes: number;
  /** B; that they may take */
  limit: number;
}

export interface Scope {
  /** place in the columns of an event */
  id: number;
  name: string;
  /** id of the scope inside which it first began; -1 for none */
  parent: number;
  help: string;
  /** ns; 0 for none */
  budget: number;
  /** the console's own cost */
  own?: boolean;
}

export interface ScopeSpread {
  id: number;
  name: string;
  calls: number;
  /** ns; sum over the frames */
  self: number;
  /** ns */
  total: number;
  /** ns */
  min: number;
  /** ns */
  mean: number;
  /** ns */
  max: number;
  /** ns */
  p50: number;
  /** ns */
  p95: number;
  /** ns */
  p99: number;
}

export interface ScopesSegment {
  /** u32: number of scopes */
  n: number;
  /** u16: number of runs */
  r: number;
  /** u8: the unit of starts and durations is 1<<shift ns */
  shift: number;
  /** u8: bit 0 while the game is held, bit 1 when scopes before this are missing */
  flags: number;
  /** ns; f64: what starts count from, since the session began */
  base: number;
  /** ns; u32: from this frame's Update to the next; saturates */
  period: number;
  /** u32: scopes that are missing */
  lost: number;
  /** u32: low bits of the tick */
  tick: number;
  /** u32: when the frame began, from the base, in the unit */
  begin: number;
  /** r of {u16 track, u8 depth, u8 0, u32 count}, by track and depth; the scopes of a run do not overlap and come in the order of time */
  run: number[];
  /** u32[n] from the base, in the unit */
  start: number[];
  /** u32[n] in the unit */
  duration: number[];
  /** u16[n] scope id */
  scope: number[];
}

export interface ScopesState {
  tracks: TrackInfo[];
}

export interface Screenshot {
  /** in which it was drawn */
  frame: number;
  /** the last that was simulated before it was drawn */
  tick: number;
  /** px */
  width: number;
  /** px */
  height: number;
  mediaType: string;
  /** base64 */
  data: string;
}

export interface SendResult {
  /** false when the client does not read fast enough */
  delivered: boolean;
}

export interface ServerInfo {
  name: string;
  version: string;
}

export interface Session {
  id: number;
  name: string;
  role: 'view' | 'edit' | 'drive';
  /** ns; when it connected, since the session began */
  since: number;
  /** B; to the client */
  sent: number;
  /** B; from the client */
  received: number;
  /** events that its subscriptions dropped */
  lost: number;
  /** B; waits to be sent */
  backlog: number;
  /** from the client */
  messagesIn: number;
  /** to the client */
  messagesOut: number;
  /** its texts that wait to be run */
  queued: number;
  subscriptions: number;
  /** it reads slower than it is sent to, so its streams are held back */
  behind: boolean;
  address?: string;
  /** ns; of a ping, measured while somebody asks */
  roundTrip?: number;
}

export interface SiteGrowth {
  /** B; growth of what is in use */
  bytes: number;
  /** growth of what is in use */
  objects: number;
  /** B; allocated between the marks, freed since or not */
  allocBytes: number;
  /** allocated between the marks */
  allocObjects: number;
  /** B; in use at the later mark */
  nowBytes: number;
  nowObjects: number;
  /** place in stack of the frame that names it: the first outside of the standard library, else the outermost */
  at: number;
  /** numbers of frames, the innermost first; the runtime's own are left out there */
  stack: number[];
}

export interface Spread {
  /** ns */
  total: number;
  /** ns */
  min: number;
  /** ns */
  mean: number;
  /** ns */
  max: number;
  /** ns */
  p50: number;
  /** ns */
  p95: number;
  /** ns */
  p99: number;
}

export interface StackFrame {
  /** with its package's path */
  func: string;
  /** as the compiler named it: a path of the machine that built the program, or of the module with -trimpath */
  file: string;
  line: number;
}

export interface Stats {
  /** those that were called */
  methods: MethodStats[];
  /** the topics */
  queues: QueueStats[];
  limits: Limit[];
  /** what carries the protocol, where the program tells */
  transport?: Transport;
}

export interface Tag {
  name: string;
  /** heap is a part of Go's heap; gpu, offheap and others are not */
  kind: string;
  /** B */
  bytes: number;
  /** B; the most there was */
  peak: number;
}

export interface TestContent {
  name: string;
  version: string;
  /** of a file of JavaScript; absent where it is empty */
  text?: string;
  /** of a picture */
  data?: string;
}

export interface TestFile {
  /** below the folder, with slashes */
  name: string;
  bytes: number;
  /** changes with the content; give it back as ifVersion */
  version: string;
  writable: boolean;
  /** RFC 3339; absent where it is not known */
  modified?: string;
  /** the client that wrote this version; absent where none did */
  by?: string;
}

export interface TestsEvent {
  changed: TestFile[];
  /** names */
  gone: string[];
  /** why not all of them are there */
  fault?: string;
}

export interface TestsState {
  /** this game has a folder of tests, or brings some along */
  available: boolean;
  /** as the game names it; absent for those that it brings along */
  folder?: string;
  writable: boolean;
  /** false until they were looked at for the first time: an event tells */
  ready: boolean;
  /** why not all of them are there */
  fault?: string;
  /** by name */
  files: TestFile[];
}

export interface TickSpread {
  /** ns */
  p50: number;
  /** ns */
  p95: number;
  /** ns */
  p99: number;
  /** ns */
  max: number;
}

export interface TimeStatus {
  frame: number;
  tick: number;
  held: boolean;
  /** the client that holds the game, or game */
  holder?: string;
  /** ticks per frame */
  speed: number;
  /** false where the game does not let its time be held */
  controlled: boolean;
}

export interface TimingStats {
  /** how many frames there were to look at */
  frames: number;
  /** from frame to frame */
  period: Spread;
  /** sum of the outermost scopes */
  work: Spread;
  scopes: ScopeSpread[];
}

export interface TimingsFrame {
  /** u16: number of scopes */
  n: number;
  /** u16: number of counters and gauges */
  k: number;
  /** u32: low bits of the tick */
  tick: number;
  /** ns; u32: from this frame's Update to the next */
  period: number;
  /** ns; u32: sum of the outermost scopes of the game's goroutine */
  work: number;
  /** u16: bit 0 while the game is held */
  flags: number;
  /** u16: low bits of the version of the names: where it is newer than the one that is known, ask timing.names */
  names: number;
  /** u32: scopes that were not recorded one by one */
  lost: number;
  /** u32[n] by scope id */
  calls: number[];
  /** ns; u32[n]; times saturate */
  total: number[];
  /** ns; u32[n] */
  self: number[];
  /** ns; u32[n] */
  min: number[];
  /** ns; u32[n] */
  max: number[];
  /** f64[k] by counter id, after four bytes of 0 when n is odd */
  counters: number[];
}

export interface TimingsState {
  scopes: Scope[];
  /** counters and gauges */
  counters: Meter[];
  tracks: TrackInfo[];
  /** ns; what a frame may take */
  budget: number;
  clock: ClockInfo;
  /** rises when a name, a parent or a budget changes */
  version: number;
}

export interface TopicInfo {
  name: string;
  kind: 'server' | 'group';
  help?: string;
  lane: 'text' | 'binary';
  /** kind byte of its binary messages */
  binary?: number;
  /** 1/s; events for a client that asks for no rate; 0 for each */
  rate: number;
  policy: 'latest' | 'all' | 'sample' | 'reliable';
  /** the least that may subscribe */
  role: 'view' | 'edit' | 'drive';
  /** no subscription is required */
  everyone?: boolean;
  /** events that wait for a client that does not say */
  buffer: number;
  /** what has more is sent first to a client that is slow */
  priority?: number;
  /** greatest number of events for a client in one frame */
  quota?: number;
  /** ns; age at which an event that waits is dropped */
  expiry?: number;
  /** events that a new subscription begins with */
  history?: number;
  subscribers: number;
}

export interface TrackInfo {
  /** 0 is the game's goroutine */
  id: number;
  name: string;
}

export interface TrackerInfo {
  name: string;
  /** heap is a part of Go's heap; gpu, offheap and others are not */
  kind: string;
  /** B */
  bytes: number;
  /** B; the most there was */
  peak: number;
  help: string;
}

export interface TransactedEdit {
  id: string;
  /** what the entity was called then */
  name: string;
  /** of a field, or the name of a component; empty of the entity as a whole */
  path: string;
  before: unknown;
  after: unknown;
}

export interface Transaction {
  id: number;
  frame: number;
  tick: number;
  /** ns; since the session began */
  time: number;
  author: string;
  label?: string;
  kind: 'set' | 'create' | 'delete' | 'duplicate' | 'reparent' | 'attach' | 'detach' | 'call' | 'restore';
  /** it was taken back */
  undone: boolean;
  /** who took it back */
  by?: string;
  /** how many edits it has */
  count: number;
  /** the first 100 */
  edits: TransactedEdit[];
}

export interface Transport {
  connections: number;
  accepted: number;
  /** handshakes and other requests */
  refused: number;
  /** connections that ended otherwise than in order */
  failed: number;
  /** of those, clients that took too little of what they were sent */
  slow: number;
  /** caught on the transport's goroutines */
  panics: number;
  /** B */
  bytesIn: number;
  /** B */
  bytesOut: number;
  messagesIn: number;
  messagesOut: number;
  /** B; for all clients, in and out */
  held: number;
  /** B; what may be held */
  budget: number;
  /** false while no new connections are let in */
  accepting: boolean;
  /** addresses that are not let in */
  blocked: string[];
}

export interface UntilResult {
  met: boolean;
  frame: number;
  /** at which it was met, or given up */
  tick: number;
  /** that went by since the call; 0 where it was met from the start */
  ticks: number;
  /** of the expression; null where something is not there */
  value: unknown;
  /** ticks from one look to the next, where it had to be more than was asked: the game runs freely, and a look at this world takes too much of a frame */
  every?: number;
  /** the newest looks, oldest first, at most 30 */
  last: ExprSample[];
}

export interface WhereCompletion {
  /** of the word that an item replaces, in UTF-16 code units */
  from: number;
  to: number;
  /** at most 200: those that begin so before those that hold it */
  items: WhereItem[];
}

export interface WhereItem {
  /** what is put in the word's place, quoted where it must be */
  text: string;
  kind: 'field' | 'kind' | 'component' | 'operator' | 'value' | 'entity' | 'word';
  help?: string;
}

export interface WireMessage {
  /** its name; * for a message that many were sent at once */
  client: string;
  direction: 'in' | 'out';
  /** ns; since the session began */
  time: number;
  /** B */
  bytes: number;
  text?: string;
  /** then text tells its header */
  binary?: boolean;
  /** text is not all of it */
  cut?: boolean;
  /** clients that were sent it */
  to?: number;
}

export interface WorldAssignment {
  /** the entity's id, or its name */
  id?: string;
  /** in the place of id: the same for each of these */
  ids?: string[];
  /** as that of world.set */
  path: string;
  value: unknown;
  /** refuse when the value has changed since */
  ifVersion?: number;
}

export interface WorldBounds {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  /** entities that have a position; 0 leaves the rectangle empty */
  count: number;
}

export interface WorldCalled {
  /** null where it returns nothing */
  result: unknown;
  frame: number;
  tick: number;
}

export interface WorldChanged {
  transaction: number;
  frame: number;
  tick: number;
  edits: WorldEdit[];
}

export interface WorldDiff {
  from: number;
  to?: number;
  added: EntityRef[];
  removed: EntityRef[];
  changed: EntityChange[];
  counts: WorldDiffCounts;
}

export interface WorldDiffCounts {
  added: number;
  removed: number;
  changed: number;
}

export interface WorldEdit {
  id: string;
  path: string;
  value: unknown;
  before: unknown;
  version: number;
  frame: number;
  tick: number;
  /** for world.undo */
  transaction: number;
}

export interface WorldField {
  /** the entity's id, or its name */
  id: string;
  path: string;
}

export interface WorldHash {
  frame: number;
  tick: number;
  /** of all */
  hash: string;
  /** by the names given to Bound.Subsystem and World.State, or the kinds */
  subsystems: Record<string, string>;
}

export interface WorldInside {
  path: string;
  /** elements, entries or fields */
  total: number;
  offset: number;
  fields: Field[];
}

export interface WorldMade {
  /** of what was made, or deleted, with what hung on it */
  ids: string[];
  transaction: number;
  frame: number;
  tick: number;
}

export interface WorldNews {
  /** transactions that are new, went on, or were taken back */
  changed?: Transaction[];
  /** all that is held, when that changed */
  holds?: Hold[];
}

export interface WorldPatch {
  /** RFC 6902, on a document /kind/id/path, where a path such as pos.x is one name */
  json: PatchOp[];
  /** composite literals, of structs, with the fields that were changed */
  go: string;
  /** edits left out: the game has written since, or they have no such form */
  left: number;
}

export interface WorldPlaces {
  /** u32: entities in the rectangle */
  total: number;
  /** u32: how many of them follow: all, or an even sample that stays the same from event to event */
  n: number;
  /** f64: the rectangle */
  x0: number;
  /** f64 */
  y0: number;
  /** f64 */
  x1: number;
  /** f64 */
  y1: number;
  /** u32: frame at which the search began */
  began: number;
  /** u32: over how many frames it went */
  frames: number;
  /** u16[n]: 0 is x0, 65535 is x1 */
  x: number[];
  /** u16[n]: 0 is y0, 65535 is y1 */
  y: number[];
  /** u8[n]: index into world.kinds; 255 for all from there on */
  kind: string;
}

export interface WorldRestored {
  /** the console's count, which goes on; ticks that the game counts are a part of its state */
  tick: number;
  frame: number;
  /** id of the snapshot that was taken just before: restoring it undoes this */
  before: number;
}

export interface WorldRows {
  /** rows that meet the condition */
  total: number;
  /** entities of the world */
  all: number;
  offset: number;
  /** frame at which the search began */
  began: number;
  /** over how many frames it went: so old the oldest row may be */
  frames: number;
  rows: Row[];
  /** the rows counted by what they are grouped by, the largest group first, 1,000 at the most */
  groups?: RowGroup[];
}

export interface WorldSnapshot {
  id: number;
  frame: number;
  tick: number;
  /** B; that it takes; strings are shared with the game and do not count */
  bytes: number;
  label: string;
  entities: number;
  /** taken by a restore, so that it can be undone; these are the first to go */
  auto?: boolean;
  /** types of what the state points to and a snapshot does not contain, since their package bound nothing */
  shared?: string[];
  /** sources that do not give their state to snapshots */
  without?: string[];
}

export interface WorldView {
  total: number;
  all: number;
  offset: number;
  /** frame at which the search began */
  began: number;
  /** over how many frames it went: so old the oldest row may be */
  frames: number;
  /** ns; what it took of the game's goroutine */
  ns: number;
  /** the search goes on: this is what it found in its first frame */
  partial?: boolean;
  /** entities of the whole world that came since the event before */
  born?: number;
  /** those that went */
  died?: number;
  /** the rows in order; absent while they are the same */
  ids?: string[];
  rows: Row[];
  /** absent while they are the same */
  groups?: RowGroup[];
  entity?: Inspected;
}

/** Every method of the wire. */
export interface Methods {
  /** take back a call that is not answered yet: it is answered with -32800 */
  '$/cancelRequest': { params: { id: unknown }; result: null };
  /** what is told of one asset */
  'asset.get': { params: { id: string }; result: AssetInfo };
  /** the assets of the game, in the order in which they were bound */
  'asset.list': { params: { kind?: '' | 'image' | 'sound' | 'text' | 'json' | 'shader' | 'font' | 'mesh' | 'other'; match?: string }; result: AssetInfo[] };
  /** hands other bytes to the game's loader of an asset; what that refuses is an error in its own words */
  'asset.replace': { params: { id: string; mediaType?: string; data: string }; result: AssetInfo };
  /** send another client the notification client.message */
  'client.send': { params: { to: string; data: unknown }; result: SendResult };
  /** what could stand at the cursor of a line */
  'command.complete': { params: { line: string; cursor: number }; result: Completion };
  /** all commands, with their arguments */
  'command.list': { params: Record<string, never>; result: CommandInfo[] };
  /** runs a line or a script; one that waits is answered at its end */
  'command.run': { params: { line: string }; result: CommandOutput };
  /** changes a cvar between values every few frames, on lease, and answers at the end with the frames of each value; when the call is taken back, or the cvar changed otherwise, it ends */
  'cvar.alternate': { params: { name: string; values: unknown[] | null; every: number; rounds: number; settle?: number | null; seed?: number }; result: Alternation };
  /** removes a profile from the folder; it is kept with .bak behind its name */
  'cvar.forget': { params: { profile: string }; result: null };
  /** one cvar */
  'cvar.get': { params: { name: string }; result: CvarState };
  /** what was changed, newest first */
  'cvar.history': { params: { name?: string; limit?: number }; result: CvarChange[] };
  /** all cvars, or those whose names begin with a prefix */
  'cvar.list': { params: { prefix?: string }; result: CvarInfo[] };
  /** sets what a profile sets, as if the client did, or reads the archive again */
  'cvar.load': { params: { profile?: string; preview?: boolean }; result: CvarLoaded };
  /** the profiles that can be loaded, by name */
  'cvar.profiles': { params: Record<string, never>; result: CvarProfile[] };
  /** makes the change again that one took back last */
  'cvar.redo': { params: Record<string, never>; result: CvarState };
  /** takes a cvar's strongest layer away, and uncovers the one below */
  'cvar.reset': { params: { name: string; all?: boolean; force?: boolean }; result: CvarState };
  /** writes the archive or a profile, and answers when it is on the disk */
  'cvar.save': { params: { profile?: string; names?: string[] | null }; result: CvarSaved };
  /** changes a cvar, for good or on lease */
  'cvar.set': { params: { name: string; value?: unknown; lease?: unknown; force?: boolean }; result: CvarState };
  /** takes back a change, or the newest of one's own */
  'cvar.undo': { params: { id?: number }; result: CvarState };
  /** what the display is, and who looks at it */
  'display.info': { params: Record<string, never>; result: DisplayInfo };
  /** tells what a picture took the client, so that it is sent no more than it can draw */
  'display.report': { params: { id: string; decode: number }; result: null };
  /** one picture that is drawn after this call has run, also of a game that is held */
  'display.screenshot': { params: { format?: 'png' | 'jpeg'; quality?: number; scale?: 1 | 0.5 | 0.25 }; result: Screenshot };
  /** changes what a subscription to the display asks for; what is absent stays as it is */
  'display.tune': { params: { id: string; scale?: 1 | 0.5 | 0.25; fps?: number; quality?: number; mode?: 'auto' | 'jpeg' | 'lossless'; adapt?: boolean | null; follow?: string | null; ids?: string[] | null; most?: number }; result: DisplayGrant };
  /** answer with the params */
  'echo': { params: Record<string, never>; result: unknown };
  /** freezes the recorder when a condition on a cvar becomes true */
  'incident.arm': { params: { cvar: string; op: '<' | '<=' | '==' | '!=' | '>=' | '>'; value: unknown }; result: Predicate };
  /** the conditions on cvars that freeze the recorder */
  'incident.armed': { params: Record<string, never>; result: Predicate[] };
  /** lets an incident go */
  'incident.delete': { params: { id: string }; result: null };
  /** takes a condition away */
  'incident.disarm': { params: { id: string }; result: null };
  /** keeps what happened up to now, and shortly after */
  'incident.freeze': { params: { reason?: string }; result: Incident };
  /** what the black box has kept, newest first */
  'incident.list': { params: Record<string, never>; result: Incident[] };
  /** takes the input, which the first who sends has by itself, or gives it up */
  'input.control': { params: { take: boolean; force?: boolean }; result: InputStatus };
  /** connects a gamepad, and says what it says from then on */
  'input.gamepad': { params: { id: number; name?: string; standard?: boolean; axes?: number[] | null; buttons?: number[] | null; connected?: boolean | null }; result: InputSeen };
  /** presses a key or lets go of it */
  'input.key': { params: { code: string; down?: boolean | null; ticks?: number }; result: InputSeen };
  /** moves the pointer, and presses a button there or lets go of it */
  'input.pointer': { params: { x?: number | null; y?: number | null; dx?: number; dy?: number; button?: number | null; down?: boolean | null; ticks?: number }; result: InputSeen };
  /** lets go of all that the client holds, and drops what waits; the input stays the client's */
  'input.release': { params: Record<string, never>; result: InputStatus };
  /** what is pressed, and who has the input */
  'input.status': { params: Record<string, never>; result: InputStatus };
  /** types */
  'input.text': { params: { text: string }; result: InputSeen };
  /** puts a finger on the screen, moves it or takes it off */
  'input.touch': { params: { id: number; x?: number; y?: number; phase: 'start' | 'move' | 'end' }; result: InputSeen };
  /** turns the wheel */
  'input.wheel': { params: { x?: number; y?: number }; result: InputSeen };
  /** the newest lines of the log; a search of many is answered some frames later */
  'log.tail': { params: { after?: number; level?: 'debug' | 'info' | 'warn' | 'error'; match?: string; limit?: number }; result: Lines };
  /** how the heap grew from a mark to another, or to now, by call site */
  'memory.diff': { params: { from: number; to?: number; by?: 'bytes' | 'objects' | 'allocated'; limit?: number; collect?: boolean | null }; result: MemoryDiff };
  /** runs a garbage collection, away from the game's goroutine, and answers with the state after it */
  'memory.gc': { params: Record<string, never>; result: MemorySample };
  /** all goroutines, those with equal stacks together; it stops the world, and says for how long */
  'memory.goroutines': { params: { limit?: number }; result: Goroutines };
  /** remembers the heap by call site, from the sampled heap profile, to compare with; the newest 16 marks are kept */
  'memory.mark': { params: { name?: string; collect?: boolean | null }; result: MemoryMark };
  /** the marks that are kept, the oldest first */
  'memory.marks': { params: Record<string, never>; result: MemoryMark[] };
  /** the heap, the collector, the scheduler and the game's trackers, at most 250 ms old */
  'memory.stats': { params: Record<string, never>; result: MemorySample };
  /** what the game tracks of its memory by itself */
  'memory.trackers': { params: Record<string, never>; result: TrackerInfo[] };
  /** forgets a mark */
  'memory.unmark': { params: { id: number }; result: null };
  /** stop or go on letting new connections in; those that are there stay */
  'network.accept': { params: { on: boolean }; result: NetworkStatus };
  /** close the connections from an address, and let none of it in any more */
  'network.block': { params: { address: string }; result: NetworkStatus };
  /** who may connect */
  'network.status': { params: Record<string, never>; result: NetworkStatus };
  /** let an address in again */
  'network.unblock': { params: { address: string }; result: NetworkStatus };
  /** this document: every method and topic, as OpenRPC */
  'rpc.discover': { params: Record<string, never>; result: unknown };
  /** forgets a recording */
  'run.drop': { params: { id: number }; result: null };
  /** the recordings that are kept, oldest first */
  'run.list': { params: Record<string, never>; result: RunsState };
  /** records the game from now on: its state, input, what clients change, and digests */
  'run.record': { params: { label?: string; hash?: 'none' | 'total' | 'fields'; every?: number; seed?: number | null }; result: RunInfo };
  /** brings the beginning of a recording back, plays it again, compares, and answers at the first difference or the end; the game is held there. Later requests of the same client wait for it */
  'run.replay': { params: { id: number; until?: number | null; resume?: boolean }; result: RunReplayed };
  /** ends a recording */
  'run.stop': { params: { id: number }; result: RunInfo };
  /** end another client's connection, which it is told the reason of */
  'session.close': { params: { name: string; reason?: string }; result: null };
  /** the clients that are logged in, the first thousand */
  'session.list': { params: Record<string, never>; result: Session[] };
  /** log in, choose a name, or both; a taken name is refused with data.suggest */
  'session.login': { params: { name?: string; code?: string; token?: string; frames?: boolean }; result: LoginResult };
  /** acknowledge events up to seq, which gives credit for more */
  'sub.ack': { params: { id: string; seq: number }; result: null };
  /** end a subscription */
  'sub.close': { params: { id: string }; result: null };
  /** subscribe to a topic; a name that is none begins a group. The first state is in the answer */
  'sub.open': { params: { id: string; topic: string; params?: unknown; policy?: 'latest' | 'all' | 'sample' | 'reliable'; rate?: number | null; buffer?: number; credit?: number }; result: OpenResult };
  /** removes a file of the tests */
  'test.delete': { params: { name: string; ifVersion?: string | null }; result: null };
  /** the files of the game's tests, by name */
  'test.list': { params: Record<string, never>; result: TestFile[] };
  /** what is in a file of the tests, as it is on the disk now */
  'test.read': { params: { name: string }; result: TestContent };
  /** gives a file of the tests other content, or makes it; answers when it is on the disk */
  'test.write': { params: { name: string; text?: string | null; data?: string; ifVersion?: string | null }; result: TestFile };
  /** runs calls just before a tick is simulated, in order and on the client's own rights, and answers when they have run. They are dropped when the client leaves */
  'time.at': { params: { tick: number; calls: AtCall[] | null }; result: AtResult };
  /** what an expression is now */
  'time.check': { params: { expr: string }; result: CheckResult };
  /** holds the game for this client alone: frames go on, ticks do not */
  'time.hold': { params: { keep?: number }; result: TimeStatus };
  /** lets a held game go on */
  'time.resume': { params: { force?: boolean }; result: TimeStatus };
  /** has the game begin its random numbers anew */
  'time.seed': { params: { seed: number }; result: TimeStatus };
  /** sets how many ticks run per frame */
  'time.speed': { params: { factor: number }; result: TimeStatus };
  /** frame, tick, and whether the game is held */
  'time.status': { params: Record<string, never>; result: TimeStatus };
  /** holds the game, runs so many ticks and answers after the last; later requests of the same client wait for it */
  'time.step': { params: { ticks: number }; result: TimeStatus };
  /** waits for a condition, tick by tick, and answers behind the first at which it is met; later requests of the same client wait for it. A client that holds the game has the ticks run for it */
  'time.until': { params: { expr: string; within: number; every?: number }; result: UntilResult };
  /** keeps the newest frames with all their scopes, to be fetched from GET /capture/{id} */
  'timing.capture': { params: { frames?: number; format?: 'scry' | 'chrome' | 'perfetto' }; result: CaptureResult };
  /** the scopes that the game registered */
  'timing.list': { params: Record<string, never>; result: Scope[] };
  /** takes the times of so many ticks and answers behind the last; later requests of the same client wait for it. A client that holds the game has the ticks run for it */
  'timing.measure': { params: { ticks: number; scopes?: string[] | null }; result: Measured };
  /** scopes, counters and tracks: the first state of the topic timings */
  'timing.names': { params: Record<string, never>; result: TimingsState };
  /** how the newest frames spread, in all and by scope */
  'timing.stats': { params: { frames?: number }; result: TimingStats };
  /** the topics of the server and the groups of clients */
  'topic.list': { params: Record<string, never>; result: TopicInfo[] };
  /** send an event to all who subscribe to a group */
  'topic.publish': { params: { topic: string; data: unknown }; result: PublishResult };
  /** the entities near to a place, the nearest first */
  'world.at': { params: { x: number; y: number; z?: number | null; radius: number; where?: string; kind?: string; limit?: number }; result: Nearby[] };
  /** adds a component to an entity of a source */
  'world.attach': { params: { id: string; component: string }; result: WorldMade };
  /** the rectangle in which the entities that meet a condition are */
  'world.bounds': { params: { where?: string; kind?: string }; result: WorldBounds };
  /** calls a method that the game bound to a kind of entities */
  'world.call': { params: { id: string; method: string; args?: unknown[] | null }; result: WorldCalled };
  /** what may stand in a condition at a place */
  'world.complete': { params: { where: string; cursor: number }; result: WhereCompletion };
  /** how many entities there are of each kind */
  'world.counts': { params: Record<string, never>; result: KindCount[] };
  /** makes an entity */
  'world.create': { params: { kind: string; at?: number[] | null; fields?: Record<string, unknown> | null; label?: string }; result: WorldMade };
  /** deletes entities, and what hangs on them */
  'world.delete': { params: { ids: string[] | null; label?: string }; result: WorldMade };
  /** takes a component from an entity of a source */
  'world.detach': { params: { id: string; component: string }; result: WorldMade };
  /** which entities differ between two snapshots, or between one and now; a long frame of a large world */
  'world.diff': { params: { from: number; to?: number; limit?: number }; result: WorldDiff };
  /** forgets a snapshot */
  'world.drop': { params: { id: number }; result: null };
  /** copies entities, each under an id of its own */
  'world.duplicate': { params: { ids: string[] | null; label?: string }; result: WorldMade };
  /** changes several fields in one transaction: all of them or none */
  'world.edit': { params: { edits: WorldAssignment[] | null; label?: string; gesture?: string }; result: WorldChanged };
  /** one entity with all its fields */
  'world.get': { params: { id: string }; result: Entity };
  /** digests of the whole state of the world, now or in a snapshot; the same state has the same in any process; a long frame of a large world */
  'world.hash': { params: { snapshot?: number }; result: WorldHash };
  /** what clients did to the world */
  'world.history': { params: { id?: string; author?: string; before?: number; limit?: number }; result: Past };
  /** keeps a field at a value although the game writes it, until it is released or its entity is gone */
  'world.hold': { params: { id: string; path: string; value?: unknown }; result: Hold };
  /** what is held */
  'world.holds': { params: Record<string, never>; result: Hold[] };
  /** the kinds of entities, with their fields */
  'world.kinds': { params: Record<string, never>; result: Kind[] };
  /** the entities that meet a condition, sorted, a window of them */
  'world.list': { params: { where?: string; kind?: string; parent?: string; group?: string; fields?: string[] | null; sort?: string; offset?: number; limit?: number }; result: WorldRows };
  /** what lies in a list, a map, an interface or behind a pointer */
  'world.look': { params: { id: string; path: string; offset?: number; limit?: number }; result: WorldInside };
  /** what clients changed and what still holds, to keep it: as a JSON patch and as Go */
  'world.patch': { params: { author?: string }; result: WorldPatch };
  /** the entities at a place of the picture, the nearest first; one that has a radius is met anywhere in it */
  'world.pick': { params: { x: number; y: number; radius?: number | null }; result: Nearby[] };
  /** does again what one took back last, or any by its number */
  'world.redo': { params: { transaction?: number; force?: boolean }; result: Transaction };
  /** ends a hold */
  'world.release': { params: { id: string; path: string }; result: Hold };
  /** hangs entities on another, or on nothing */
  'world.reparent': { params: { ids: string[] | null; parent?: string | null; label?: string }; result: WorldMade };
  /** makes the whole state of the world what it was */
  'world.restore': { params: { id: number }; result: WorldRestored };
  /** changes one field of an entity, or a vector as a whole */
  'world.set': { params: { id: string; path: string; value: unknown; ifVersion?: number | null; gesture?: string }; result: WorldEdit };
  /** keeps the whole state of the world in memory; the oldest snapshots go where there is no room */
  'world.snapshot': { params: { label?: string }; result: WorldSnapshot };
  /** the snapshots that are kept, oldest first */
  'world.snapshots': { params: Record<string, never>; result: WorldSnapshot[] };
  /** takes a transaction back: the newest of one's own, or any by its number */
  'world.undo': { params: { transaction?: number; force?: boolean }; result: Transaction };
}

/** Every topic of the server. */
export interface Topics {
  /** each block of a cvar that alternates, when it is over */
  alternations: { params: Record<string, never>; snapshot: Alternation[]; event: AlternationEvent; lane: 'text' };
  /** assets that are new, changed or gone */
  assets: { params: Record<string, never>; snapshot: AssetsState; event: AssetsEvent; lane: 'text' };
  /** lines that were run, whoever ran them, and aliases and binds when they changed */
  commands: { params: Record<string, never>; snapshot: CommandsState; event: CommandsEvent; lane: 'text' };
  /** the cvars that changed in a frame, whoever changed them */
  cvars: { params: Record<string, never>; snapshot: CvarInfo[]; event: CvarChanges; lane: 'text' };
  /** the picture of the game: what changed of it since the last event; subscribe with credit 2, and acknowledge what was drawn */
  display: { params: { scale?: 1 | 0.5 | 0.25; fps?: number; quality?: number; mode?: 'auto' | 'jpeg' | 'lossless'; adapt?: boolean | null; follow?: string | null; ids?: string[] | null; most?: number }; snapshot: DisplayGrant; event: DisplayPicture; lane: 'binary' };
  /** what clients do to the world: the newest of the history and all holds at first, then what changes */
  edits: { params: Record<string, never>; snapshot: WorldNews; event: WorldNews; lane: 'text' };
  /** the value of each frame, of fields that are numbers: what they are now at first, then those of the frames since */
  fields: { params: { fields?: WorldField[] | null }; snapshot: ChartValues; event: ChartValues; lane: 'text' };
  /** what the black box has kept, newest first, when that changes */
  incidents: { params: Record<string, never>; snapshot: Incident[]; event: Incident[]; lane: 'text' };
  /** what is pressed and who has the input, when that changed */
  input: { params: Record<string, never>; snapshot: InputStatus; event: InputStatus; lane: 'text' };
  /** new lines of the log, and new counts of the newest, once a frame */
  log: { params: Record<string, never>; snapshot: Lines; event: Lines; lane: 'text' };
  /** the heap, four times a second */
  memory: { params: Record<string, never>; snapshot: MemorySample[]; event: MemorySample; lane: 'text' };
  /** where the entities in a rectangle are, for a picture of the world from above */
  places: { params: { where?: string; kind?: string; x0: number; y0: number; x1: number; y1: number; most?: number }; snapshot: null; event: WorldPlaces; lane: 'binary' };
  /** the recordings, when something became of them, and how far the one is that is made */
  runs: { params: Record<string, never>; snapshot: RunsState; event: RunsState; lane: 'text' };
  /** every frame with all its scopes, one by one */
  scopes: { params: Record<string, never>; snapshot: ScopesState; event: ScopesSegment; lane: 'binary' };
  /** the clients that are logged in, the first thousand: when they change, and once a second */
  sessions: { params: Record<string, never>; snapshot: Session[]; event: Session[]; lane: 'text' };
  /** calls by method, events by topic, limits, and the transport: once a second */
  stats: { params: Record<string, never>; snapshot: Stats; event: Stats; lane: 'text' };
  /** files of the tests that are new, changed or gone */
  tests: { params: Record<string, never>; snapshot: TestsState; event: TestsEvent; lane: 'text' };
  /** where time is, when holding, speed or stepping changed it */
  time: { params: Record<string, never>; snapshot: TimeStatus; event: TimeStatus; lane: 'text' };
  /** what every frame took, by scope */
  timings: { params: Record<string, never>; snapshot: TimingsState; event: TimingsFrame; lane: 'binary' };
  /** raw messages of all clients, but those of this topic, $/frame, and secrets in session.login */
  wire: { params: { client?: string; direction?: 'in' | 'out'; match?: string }; snapshot: null; event: WireMessage[]; lane: 'text' };
  /** a window of the world and one entity: whole at first, then what changed */
  world: { params: { where?: string; kind?: string; parent?: string; group?: string; fields?: string[] | null; sort?: string; offset?: number; limit?: number; id?: string }; snapshot: WorldView; event: WorldView; lane: 'text' };
}

/** Their names: what a game answers beside them is its own. */
export const methodNames: readonly string[] = [
  '$/cancelRequest',
  'asset.get',
  'asset.list',
  'asset.replace',
  'client.send',
  'command.complete',
  'command.list',
  'command.run',
  'cvar.alternate',
  'cvar.forget',
  'cvar.get',
  'cvar.history',
  'cvar.list',
  'cvar.load',
  'cvar.profiles',
  'cvar.redo',
  'cvar.reset',
  'cvar.save',
  'cvar.set',
  'cvar.undo',
  'display.info',
  'display.report',
  'display.screenshot',
  'display.tune',
  'echo',
  'incident.arm',
  'incident.armed',
  'incident.delete',
  'incident.disarm',
  'incident.freeze',
  'incident.list',
  'input.control',
  'input.gamepad',
  'input.key',
  'input.pointer',
  'input.release',
  'input.status',
  'input.text',
  'input.touch',
  'input.wheel',
  'log.tail',
  'memory.diff',
  'memory.gc',
  'memory.goroutines',
  'memory.mark',
  'memory.marks',
  'memory.stats',
  'memory.trackers',
  'memory.unmark',
  'network.accept',
  'network.block',
  'network.status',
  'network.unblock',
  'rpc.discover',
  'run.drop',
  'run.list',
  'run.record',
  'run.replay',
  'run.stop',
  'session.close',
  'session.list',
  'session.login',
  'sub.ack',
  'sub.close',
  'sub.open',
  'test.delete',
  'test.list',
  'test.read',
  'test.write',
  'time.at',
  'time.check',
  'time.hold',
  'time.resume',
  'time.seed',
  'time.speed',
  'time.status',
  'time.step',
  'time.until',
  'timing.capture',
  'timing.list',
  'timing.measure',
  'timing.names',
  'timing.stats',
  'topic.list',
  'topic.publish',
  'world.at',
  'world.attach',
  'world.bounds',
  'world.call',
  'world.complete',
  'world.counts',
  'world.create',
  'world.delete',
  'world.detach',
  'world.diff',
  'world.drop',
  'world.duplicate',
  'world.edit',
  'world.get',
  'world.hash',
  'world.history',
  'world.hold',
  'world.holds',
  'world.kinds',
  'world.list',
  'world.look',
  'world.patch',
  'world.pick',
  'world.redo',
  'world.release',
  'world.reparent',
  'world.restore',
  'world.set',
  'world.snapshot',
  'world.snapshots',
  'world.undo',
];
