-- The one transaction: checks every expectation, then does every write; or does nothing.
--
-- KEYS     one for each expectation, then one for each write, in order; a key may come again.
-- ARGV     the number of expectations, then for each expectation one of
--            is VALUE                 the string at the key is exactly VALUE
--            absent                   there is no such key
--            field NAME VALUE         the hash has exactly VALUE under NAME
--            nofield NAME             the hash has nothing under NAME
--            hash N F1 V1 …           a hash of exactly these fields; N strings follow
--            list N V1 …              a list of exactly these elements
--            stream N LAST            a stream of N entries, the last one with the id LAST
--            has VALUE                the list has such an element
--          then for each write one of
--            set VALUE                string
--            lease VALUE MS           string that expires
--            prolong MS               expires later; nothing is written, so it goes without memory too
--            del                      any key
--            push RANK MESSAGE        into an inbox, behind its equals (rank 0 low … 3 urgent)
--            giveback RANK MESSAGE    into an inbox, before its equals
--            rem VALUE                the first such element out of a list
--            append VALUE             at the end of a list
--            sadd MEMBER / srem MEMBER
--            zadd SCORE MEMBER / zrem MEMBER
--            hset NAME VALUE / hdel NAME
--            event MAX N F1 V1 …      N strings into a stream of about MAX entries
--            entry ID N F1 V1 …       N strings into a stream, as the entry ID
-- Returns  0 when done, or the number (1 …) of the first expectation that failed.

local at = 0
local function arg()
  at = at + 1
  return ARGV[at]
end

local turn = 0
local function key()
  turn = turn + 1
  return KEYS[turn]
end

local RANKS = { low = 0, normal = 1, high = 2, urgent = 3 }

local function rank_of(message)
  local fine, value = pcall(cjson.decode, message)
  if fine and type(value) == 'table' then
    return RANKS[value.priority] or 1
  end
  return 1
end

-- Puts a message before the first one whose rank is below `bound`; the list is ordered by falling rank.
local function insert(inbox, message, bound)
  local last = redis.call('LINDEX', inbox, -1)
  if not last or rank_of(last) >= bound then
    redis.call('RPUSH', inbox, message)
    return
  end
  local low, high = 0, redis.call('LLEN', inbox) - 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if rank_of(redis.call('LINDEX', inbox, middle)) < bound then
      high = middle
    else
      low = middle + 1
    end
  end
  if low == 0 then
    redis.call('LPUSH', inbox, message)
  else
    redis.call('LINSERT', inbox, 'BEFORE', redis.call('LINDEX', inbox, low), message)
  end
end

local function is_a(kind, k)
  return redis.call('TYPE', k).ok == kind
end

local HOLDS = {
  is = function(k) return redis.call('GET', k) == arg() end,
  absent = function(k) return redis.call('EXISTS', k) == 0 end,
  field = function(k) return redis.call('HGET', k, arg()) == arg() end,
  nofield = function(k) return redis.call('HEXISTS', k, arg()) == 0 end,
  hash = function(k)
    local count = tonumber(arg())
    local same = is_a('hash', k) and redis.call('HLEN', k) * 2 == count
    for _ = 1, count, 2 do
      local name, value = arg(), arg()
      same = same and redis.call('HGET', k, name) == value
    end
    return same
  end,
  list = function(k)
    local count = tonumber(arg())
    local there = is_a('list', k) and redis.call('LRANGE', k, 0, -1) or {}
    local same = #there == count
    for number = 1, count do
      same = arg() == there[number] and same
    end
    return same
  end,
  stream = function(k)
    local count, last = tonumber(arg()), arg()
    local newest = is_a('stream', k) and redis.call('XREVRANGE', k, '+', '-', 'COUNT', 1)[1]
    return newest and newest[1] == last and redis.call('XLEN', k) == count
  end,
  has = function(k) return redis.call('LPOS', k, arg()) ~= false end,
}

local WRITES = {
  set = function(k) redis.call('SET', k, arg()) end,
  lease = function(k) local value = arg(); redis.call('SET', k, value, 'PX', arg()) end,
  prolong = function(k) redis.call('PEXPIRE', k, arg()) end,
  del = function(k) redis.call('DEL', k) end,
  push = function(k) local rank = tonumber(arg()); insert(k, arg(), rank) end,
  giveback = function(k) local rank = tonumber(arg()); insert(k, arg(), rank + 1) end,
  rem = function(k) redis.call('LREM', k, 1, arg()) end,
  append = function(k) redis.call('RPUSH', k, arg()) end,
  sadd = function(k) redis.call('SADD', k, arg()) end,
  srem = function(k) redis.call('SREM', k, arg()) end,
  zadd = function(k) local score = arg(); redis.call('ZADD', k, score, arg()) end,
  zrem = function(k) redis.call('ZREM', k, arg()) end,
  hset = function(k) local name = arg(); redis.call('HSET', k, name, arg()) end,
  hdel = function(k) redis.call('HDEL', k, arg()) end,
  event = function(k)
    local max, count = arg(), tonumber(arg())
    redis.call('XADD', k, 'MAXLEN', '~', max, '*', unpack(ARGV, at + 1, at + count))
    at = at + count
  end,
  entry = function(k)
    local id, count = arg(), tonumber(arg())
    redis.call('XADD', k, id, unpack(ARGV, at + 1, at + count))
    at = at + count
  end,
}

-- The type that each write needs its key to have, if there is one; how many arguments it takes; and the type that
-- its key has afterwards. What only takes something out leaves it as it is: whether it empties it shows too late.
local NEEDS = {
  push = { 'list', 2, 'list' }, giveback = { 'list', 2, 'list' }, append = { 'list', 1, 'list' },
  rem = { 'list', 1 }, sadd = { 'set', 1, 'set' }, srem = { 'set', 1 }, zadd = { 'zset', 2, 'zset' },
  zrem = { 'zset', 1 }, hset = { 'hash', 2, 'hash' }, hdel = { 'hash', 1 }, event = { 'stream', 2, 'stream' },
  entry = { 'stream', 2, 'stream' },
  set = { false, 1, 'string' }, lease = { false, 2, 'string' }, prolong = { false, 1 }, del = { false, 0, 'none' },
}

for number = 1, tonumber(arg()) do
  if not HOLDS[arg()](key()) then
    return number
  end
end
-- A write that Redis refuses would leave those before it done, so the types are looked at first: as they are, and
-- as the writes before it will have made them.
local look, k, becomes = at, turn, {}
while look < #ARGV do
  local what = ARGV[look + 1]
  local kind, count, after = unpack(NEEDS[what])
  k = k + 1
  local there = kind and (becomes[KEYS[k]] or redis.call('TYPE', KEYS[k]).ok)
  if kind and there ~= kind and there ~= 'none' then
    return redis.error_reply('WRONGTYPE ' .. KEYS[k] .. ' is a ' .. there .. ', not a ' .. kind)
  end
  becomes[KEYS[k]] = after or there
  look = look + 1 + count + ((what == 'event' or what == 'entry') and tonumber(ARGV[look + 3]) or 0)
end
while at < #ARGV do
  WRITES[arg()](key())
end
return 0
