-- The look of each second (DESIGN I2): is the partition in Redis still what this incarnation showed last?
-- KEYS: none. ARGV: sentinel key, incarnation, next, beat JSON, beats channel, "1" when caught up.
-- Returns 1 and beats, or 0: publish the partition again.
local sentinel = redis.call('GET', ARGV[1])
if not sentinel then return 0 end
local incarnation, known = string.match(sentinel, '"incarnation":"([^"]*)","next":(%d+)')
if incarnation ~= ARGV[2] or known ~= ARGV[3] then return 0 end
if ARGV[6] == '1' then
  redis.call('SET', ARGV[1], ARGV[4])
  redis.call('PUBLISH', ARGV[5], ARGV[4])
end
return 1
