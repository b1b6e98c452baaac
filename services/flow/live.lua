-- Shows a partition's sites, in one step (DESIGN I5: a guard on the version; I2: a sentinel per partition).
-- ARGV: sentinel key, changes channel, sites set key, incarnation, next, whole ("1": each site is shown from nothing),
--       outcomes channel, outcome seconds, what this incarnation showed before ("": it does not matter),
--       number of outcomes, then per outcome: key or "", JSON;
--       then per site: id, key, version offset, version clock, meta, change, number of fields, (name, value)..., number gone, (name)...
-- Returns 1, or 0 where Redis does not hold what was shown before, or already shows something newer.
local i = 10
local outcomes = tonumber(ARGV[i])
i = i + 1
for _ = 1, outcomes do
  if ARGV[i] ~= '' then redis.call('SET', ARGV[i], ARGV[i + 1], 'EX', ARGV[8]) end
  redis.call('PUBLISH', ARGV[7], ARGV[i + 1])
  i = i + 2
end
local refused = 0
while i <= #ARGV do
  local id, key, offset, clock, meta, change = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3]), ARGV[i + 4], ARGV[i + 5]
  i = i + 6
  local stored = redis.call('HGET', key, 'version')
  local newer = false
  if stored then
    local o, c = string.match(stored, '^(%d+) (%d+)$')
    newer = tonumber(o) > offset or (tonumber(o) == offset and tonumber(c) > clock)
  end
  if newer then
    refused = refused + 1
  elseif ARGV[6] == '1' then
    redis.call('DEL', key)
  end
  local fields = tonumber(ARGV[i])
  i = i + 1
  for _ = 1, fields do
    if not newer then redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
    i = i + 2
  end
  local gone = tonumber(ARGV[i])
  i = i + 1
  for _ = 1, gone do
    if not newer then redis.call('HDEL', key, ARGV[i]) end
    i = i + 1
  end
  if not newer then
    redis.call('HSET', key, 'meta', meta, 'version', string.format('%d %d', offset, clock))
    redis.call('SADD', ARGV[3], id)
    redis.call('PUBLISH', ARGV[2], change)
  end
end
if refused == 0 then
  local sentinel = redis.call('GET', ARGV[1])
  local known = sentinel and tonumber(string.match(sentinel, '"next":(%d+)')) or -1
  local mine = sentinel and string.match(sentinel, '"incarnation":"([^"]*)"') == ARGV[4]
  -- After a wipe, or another's writing, a change alone must not pass for the whole.
  if (ARGV[9] == '' and known <= tonumber(ARGV[5])) or (mine and known == tonumber(ARGV[9])) then
    local as_of = sentinel and string.match(sentinel, '"as_of_ms":(%d+)') or '0'
    local partition = string.match(ARGV[1], '(%d+)$')
    redis.call('SET', ARGV[1],
      string.format('{"incarnation":"%s","next":%s,"as_of_ms":%s,"partition":%s}', ARGV[4], ARGV[5], as_of, partition))
    return 1
  end
end
return 0
