-- Reads messages by the tables above. Lua 5.2 to 5.4, Wireshark 4.

local proto = Proto(options.name, "SBE " .. schema.package)
local fault_info = ProtoExpert.new(
  options.name .. ".fault", "Bytes are no message of the schema", expert.group.MALFORMED, expert.severity.ERROR
)

-- Fields: one for each name in a block of a message, whatever entry of a group it is in.

local declared = {}
local all_fields = {}

local function abbreviation(path)
  local wanted = options.name .. "." .. path:gsub("[^%w_.]", "_")
  local name, copy = wanted, 2
  while declared[name] do
    name = wanted .. "_" .. copy
    copy = copy + 1
  end
  declared[name] = true
  return name
end

local NUMBERS = {
  char = "uint8", uint8 = "uint8", uint16 = "uint16", uint32 = "uint32", uint64 = "uint64",
  int8 = "int8", int16 = "int16", int32 = "int32", int64 = "int64", float = "float", double = "double",
}

local function keep(field)
  all_fields[#all_fields + 1] = field
  return field
end

local function declare_number(node, path)
  local make = ProtoField[NUMBERS[node.type]]
  if node.type == "float" or node.type == "double" then
    return keep(make(abbreviation(path), node.name, node.description))
  end
  local names
  if node.names and not node.type:find("64") then
    names = {}
    for raw, name in pairs(node.names) do names[tonumber(raw)] = name end
  end
  local show = (node.hex or node.kind == "set") and base.HEX or base.DEC
  return keep(make(abbreviation(path), node.name, show, names, nil, node.description))
end

local declare_members

local function declare_node(node, path)
  if node.kind == "comp" then
    declare_members(node.members, path)
  elseif node.kind == "num" or node.kind == "array" then
    node.field = declare_number(node, path)
  elseif node.kind == "text" then
    local make = node.charset and ProtoField.string or ProtoField.bytes
    node.field = keep(node.charset and make(abbreviation(path), node.name, base.NONE, node.description)
      or make(abbreviation(path), node.name))
  elseif node.kind == "set" then
    node.field = declare_number(node, path)
    for _, bit in ipairs(node.bits) do
      bit.field = keep(ProtoField.bool(abbreviation(path .. "." .. bit.name), bit.name))
    end
  elseif node.kind == "const" then
    node.field = keep(ProtoField.string(abbreviation(path), node.name, base.NONE, "constant"))
  end
end

function declare_members(members, path)
  for _, node in ipairs(members) do declare_node(node, path .. "." .. node.name) end
end

local function declare_block(block, path)
  declare_members(block.fields, path)
  for _, group in ipairs(block.groups) do
    declare_members(group.dimension.members, path .. "." .. group.name)
    declare_block(group, path .. "." .. group.name)
  end
  for _, data in ipairs(block.data) do
    declare_members(data.members, path .. "." .. data.name)
    local make = data.charset and ProtoField.string or ProtoField.bytes
    data.field = keep(make(abbreviation(path .. "." .. data.name), data.name))
  end
end

declare_members(schema.header.members, "messageHeader")
for _, message in pairs(schema.messages) do declare_block(message, message.name) end
for _, framing in ipairs(framings) do
  declare_members(framing.packet_fields, "packet." .. framing.name)
  declare_members(framing.frame_fields, "frame." .. framing.name)
end
local unknown_field = keep(ProtoField.bytes(abbreviation("unknown"), "Unknown bytes"))
local newer_field = keep(ProtoField.bytes(abbreviation("newer"), "Bytes of a newer version"))
proto.fields = all_fields
proto.experts = { fault_info }

-- Faults: `incomplete` where more bytes may mend it.

local function fail(text, incomplete)
  error({ text = text, incomplete = incomplete }, 0)
end

local function need(at, size, limit, what)
  if size > limit - at then fail(what .. " must lie before the end: size=" .. size, true) end
end

-- Values.

local function read(node, tvb, at)
  local range = tvb(at, node.element or node.size)
  local kind = node.type
  if kind == "float" or kind == "double" then return node.le and range:le_float() or range:float() end
  if kind == "uint64" then return node.le and range:le_uint64() or range:uint64() end
  if kind == "int64" then return node.le and range:le_int64() or range:int64() end
  if kind:sub(1, 1) == "i" then return node.le and range:le_int() or range:int() end
  return node.le and range:le_uint() or range:uint()
end

local function text_of(value)
  if type(value) ~= "number" then return tostring(value) end
  if value ~= value then return "nan" end
  if value == math.floor(value) and math.abs(value) < 2 ^ 53 then return string.format("%d", value) end
  return tostring(value)
end

-- A count of a header: an integer of any size, or a constant.
local function count_of(members, name, tvb, at)
  for _, node in ipairs(members) do
    if node.name == name then
      if node.kind == "const" then return node.value end
      local value = read(node, tvb, at + node.at)
      local number = type(value) == "number" and value or value:tonumber()
      if number < 0 then fail("count must not be negative: " .. name .. "=" .. text_of(value)) end
      return number
    end
  end
  fail("schema must have the member: " .. name)
end

local function decimal_text(mantissa, exponent)
  local digits = text_of(mantissa)
  local sign = ""
  if digits:sub(1, 1) == "-" then sign, digits = "-", digits:sub(2) end
  if exponent >= 0 then return sign .. digits .. string.rep("0", exponent) end
  if #digits <= -exponent then digits = string.rep("0", 1 - exponent - #digits) .. digits end
  return sign .. digits:sub(1, exponent - 1) .. "." .. digits:sub(exponent)
end

local function time_text(value, scale)
  local digits = text_of(value)
  if digits:sub(1, 1) == "-" then return nil end
  if #digits <= scale then digits = string.rep("0", scale + 1 - #digits) .. digits end
  local seconds = tonumber(digits:sub(1, #digits - scale))
  if seconds >= 253402300800 then return nil end
  local fraction = scale > 0 and "." .. digits:sub(-scale) or ""
  return os.date("!%Y-%m-%dT%H:%M:%S", seconds) .. fraction .. "Z"
end

local ENCODINGS = {
  ["utf-8"] = ENC_UTF_8, latin1 = ENC_ISO_8859_1, ascii = ENC_ASCII, ["windows-1252"] = ENC_WINDOWS_1252,
}

local function string_of(tvb, at, size, charset)
  if size == 0 then return "" end
  local range = tvb(at, size)
  if charset == "utf-16le" then return range:le_ustring() end
  if charset == "utf-16be" then return range:ustring() end
  return range:string(ENCODINGS[charset] or ENC_UTF_8)
end

-- Bytes before the first NUL.
local function text_length(tvb, at, size, charset)
  local step = charset and charset:find("^utf%-16") and 2 or 1
  for length = 0, size - step, step do
    if tvb(at + length, step):uint() == 0 then return length end
  end
  return size
end

-- The tree. `tree` is nil where a message is only measured.

local add_node

local function add_number(node, tvb, at, tree)
  local range = tvb(at, node.element or node.size)
  local item = node.le and tree:add_le(node.field, range) or tree:add(node.field, range)
  local value = read(node, tvb, at)
  local text = text_of(value)
  if node.null ~= nil and node.null == text then item:append_text(" [null]")
  elseif node.names and node.type:find("64") and node.names[text] then
    item:append_text(" [" .. node.names[text] .. "]")
  elseif node.type == "char" and value > 0x20 and value < 0x7f then
    item:append_text(" ['" .. string.char(value) .. "']")
  elseif node.time then
    local time = time_text(value, node.time)
    if time then item:append_text(" [" .. time .. "]") end
  end
  return item
end

local function add_set(node, tvb, at, tree)
  local item = node.le and tree:add_le(node.field, tvb(at, node.size)) or tree:add(node.field, tvb(at, node.size))
  local names = {}
  for _, bit in ipairs(node.bits) do
    local byte = math.floor(bit.bit / 8)
    local where = at + (node.le and byte or node.size - 1 - byte)
    local is_set = math.floor(tvb(where, 1):uint() / 2 ^ (bit.bit % 8)) % 2 == 1
    item:add(bit.field, tvb(where, 1), is_set)
    if is_set then names[#names + 1] = bit.name end
  end
  item:append_text(" [" .. (#names == 0 and "none" or table.concat(names, " | ")) .. "]")
end

local function add_composite(node, tvb, at, tree)
  local item = tree:add(tvb(at, node.size), node.name)
  local mantissa, exponent, missing
  for _, member in ipairs(node.members) do
    add_node(member, tvb, at + member.at, item)
    if node.decimal then
      local value = member.kind == "const" and member.value or member.kind == "num" and read(member, tvb, at + member.at)
      if member.name == "mantissa" then
        mantissa, missing = value, member.null ~= nil and member.null == text_of(value)
      elseif member.name == "exponent" then exponent = tonumber(text_of(value)) end
    end
  end
  if mantissa and exponent then
    item:append_text(": " .. (missing and "null" or decimal_text(mantissa, exponent)))
  end
end

function add_node(node, tvb, at, tree)
  if node.kind == "num" then add_number(node, tvb, at, tree)
  elseif node.kind == "set" then add_set(node, tvb, at, tree)
  elseif node.kind == "comp" then add_composite(node, tvb, at, tree)
  elseif node.kind == "text" then
    if node.charset then
      local length = text_length(tvb, at, node.size, node.charset)
      tree:add(node.field, tvb(at, node.size), string_of(tvb, at, length, node.charset))
    else
      tree:add(node.field, tvb(at, node.size))
    end
  elseif node.kind == "array" then
    for index = 0, node.count - 1 do
      local item = add_number(node, tvb, at + index * node.element, tree)
      item:append_text(" [" .. index .. "]")
    end
  elseif node.kind == "const" then
    tree:add(node.field, node.text):set_generated()
  end
end

local function add_members(members, tvb, at, tree)
  if not tree then return end
  for _, node in ipairs(members) do
    if node.kind == "const" or node.size > 0 then add_node(node, tvb, at + node.at, tree) end
  end
end

-- Messages.

local ENTRIES_WITHOUT_BYTES_MAX = 65535
local walk_block

local function is_flat(group, version)
  for _, part in ipairs({ group.groups, group.data }) do
    for _, each in ipairs(part) do
      if (each.since or 0) <= version then return false end
    end
  end
  return true
end

local function walk_group(group, tvb, at, limit, version, tree)
  local dimension = group.dimension
  need(at, dimension.size, limit, "dimension of " .. group.name)
  local length = count_of(dimension.members, "blockLength", tvb, at)
  local count = count_of(dimension.members, "numInGroup", tvb, at)
  local position = at + dimension.size
  need(position, length * count, limit, group.name)
  if length == 0 and count > ENTRIES_WITHOUT_BYTES_MAX and is_flat(group, version) then
    fail("entries without bytes must not be more than " .. ENTRIES_WITHOUT_BYTES_MAX)
  end
  local item = tree and tree:add(tvb(at, limit - at), group.name .. ": " .. count .. (count == 1 and " entry" or " entries"))
  if item then add_members(dimension.members, tvb, at, item) end
  for index = 0, count - 1 do
    local entry = item and item:add(tvb(position, limit - position), group.name .. "[" .. index .. "]")
    local start = position
    position = walk_block(group, tvb, position, length, limit, version, entry)
    if entry then entry:set_len(position - start) end
  end
  if item then item:set_len(position - at) end
  return position
end

local function walk_data(data, tvb, at, limit, tree)
  need(at, data.size, limit, "length of " .. data.name)
  local length = count_of(data.members, "length", tvb, at)
  local position = at + data.size
  need(position, length, limit, data.name)
  if tree then
    local item = tree:add(tvb(at, data.size + length), data.name)
    add_members(data.members, tvb, at, item)
    if length > 0 then
      if data.charset then
        local text = string_of(tvb, position, length, data.charset)
        item:add(data.field, tvb(position, length), text)
        item:append_text(": " .. text)
      else
        item:add(data.field, tvb(position, length))
      end
    end
  end
  return position + length
end

function walk_block(block, tvb, at, length, limit, version, tree)
  need(at, length, limit, block.name)
  for _, node in ipairs(block.fields) do
    if node.kind == "const" then
      if tree then add_node(node, tvb, at, tree) end
    elseif (node.since or 0) <= version then
      if node.at + node.size > length then fail("block must hold the fields of its version: field=" .. node.name) end
      if tree and node.size > 0 then add_node(node, tvb, at + node.at, tree) end
    end
  end
  if tree and length > block.length then
    tree:add(newer_field, tvb(at + block.length, length - block.length))
  end
  local position = at + length
  for _, group in ipairs(block.groups) do
    if (group.since or 0) <= version then position = walk_group(group, tvb, position, limit, version, tree) end
  end
  for _, data in ipairs(block.data) do
    if (data.since or 0) <= version then position = walk_data(data, tvb, position, limit, tree) end
  end
  return position
end

-- What the header at `at` says; fails unless it is of a message of the schema.
local function read_header(tvb, at, limit)
  local header = schema.header
  need(at, header.size, limit, "message header")
  local id = count_of(header.members, "schemaId", tvb, at)
  if id ~= schema.id then fail("message must be of the schema: schemaId=" .. id .. " expected=" .. schema.id) end
  local template = count_of(header.members, "templateId", tvb, at)
  local message = schema.messages[template]
  if not message then fail("schema must have the template: templateId=" .. template) end
  return message, count_of(header.members, "blockLength", tvb, at), count_of(header.members, "version", tvb, at)
end

local function walk_message(tvb, at, limit, tree, pinfo)
  local start = at + schema.header.size
  local item = tree and tree:add(tvb(at, limit - at), "Message")
  if item and limit - at >= schema.header.size then
    add_members(schema.header.members, tvb, at, item:add(tvb(at, schema.header.size), "messageHeader"))
  end
  local message, length, version = read_header(tvb, at, limit)
  if item then
    item:set_text(message.name .. ", version " .. version)
    pinfo.cols.info:append(" " .. message.name)
  end
  local position = walk_block(message, tvb, start, length, limit, version, item)
  if item then item:set_len(position - at) end
  return position
end

-- Runs `work`; a fault of the bytes comes back as a table, one of this script goes on.
local function guarded(work, ...)
  local is_fine, result = pcall(work, ...)
  if is_fine then return result end
  if type(result) ~= "table" then error(result, 0) end
  return nil, result
end

local function add_fault(fault, tvb, at, limit, tree)
  local item = at < limit and tree:add(unknown_field, tvb(at, limit - at)) or tree
  item:add_proto_expert_info(fault_info, fault.text)
  item:append_text(" [" .. fault.text .. "]")
end

-- Adds the message at `at`; nil, with the fault shown, where there is none.
local function add_message(tvb, at, limit, tree, pinfo)
  local position, fault = guarded(walk_message, tvb, at, limit, tree, pinfo)
  if fault then add_fault(fault, tvb, at, limit, tree) end
  return position
end

-- Framing.

local function unsigned(tvb, at, size, le)
  local range = tvb(at, size)
  return le and range:le_uint() or range:uint()
end

-- Length of the frame at `at`, its header included; nil and whether more bytes may mend it.
local function frame_length(frame, tvb, at, limit)
  if limit - at < frame.header then return nil, true end
  if frame.marker then
    local marker = unsigned(tvb, at + frame.marker.at, frame.marker.size, frame.marker.le)
    local is_known = false
    for _, value in ipairs(frame.marker.values) do is_known = is_known or value == marker end
    if not is_known then return nil, false end
  end
  local length = unsigned(tvb, at + frame.at, frame.size, frame.le) + frame.uncounted
  if length < frame.header or length > frame.max then return nil, false end
  return length
end

local function add_header(name, fields, tvb, at, size, tree)
  add_members(fields, tvb, at, tree:add(tvb(at, size), name))
end

local function add_frame(framing, tvb, at, length, tree, pinfo)
  local start, limit = at + framing.frame.header, at + length
  add_header("frame", framing.frame_fields, tvb, at, framing.frame.header, tree)
  while start < limit do
    local position = add_message(tvb, start, limit, tree, pinfo)
    if not position then return end
    start = position
    if not framing.many and start < limit then
      add_fault({ text = "message must fill its frame" }, tvb, start, limit, tree)
      return
    end
  end
end

-- Whether the bytes look like messages in that framing: every frame whole, every header known.
local function fits(framing, tvb, is_stream)
  local at, limit = framing.packet, tvb:len()
  if is_stream and framing.packet > 0 then return false end
  if limit - at < schema.header.size then return false end
  if not framing.frame then return guarded(read_header, tvb, at, limit) ~= nil end
  local known = 0
  while at < limit do
    local length, is_incomplete = frame_length(framing.frame, tvb, at, limit)
    if not length or length > limit - at then
      return is_stream and known > 0 and (length ~= nil or is_incomplete)
        or is_stream and length ~= nil and guarded(read_header, tvb, at + framing.frame.header, limit) ~= nil
    end
    if length > framing.frame.header then
      if not guarded(read_header, tvb, at + framing.frame.header, at + length) then return false end
      known = known + 1
    end
    at = at + length
  end
  return known > 0
end

local streams = {}

-- The framing to use: the one that was chosen, or the first one that fits.
local function pick(tvb, pinfo, is_stream)
  local chosen = framings[proto.prefs.framing]
  if chosen then return chosen end
  local key = tostring(pinfo.src) .. " " .. pinfo.src_port .. " " .. tostring(pinfo.dst) .. " " .. pinfo.dst_port
  if is_stream and streams[key] then return streams[key] end
  for _, framing in ipairs(framings) do
    if fits(framing, tvb, is_stream) then
      if is_stream then streams[key] = framing end
      return framing
    end
  end
  return nil
end

local function dissect_datagram(framing, tvb, pinfo, tree)
  local at, limit = framing.packet, tvb:len()
  if limit < framing.packet then
    add_fault({ text = "packet header must be complete" }, tvb, 0, limit, tree)
    return
  end
  if at > 0 then add_header("packet", framing.packet_fields, tvb, 0, at, tree) end
  while at < limit do
    if framing.frame then
      local length = frame_length(framing.frame, tvb, at, limit)
      if not length or length > limit - at then
        add_fault({ text = "frame must be whole" }, tvb, at, limit, tree)
        return
      end
      add_frame(framing, tvb, at, length, tree, pinfo)
      at = at + length
    else
      at = add_message(tvb, at, limit, tree, pinfo) or limit
    end
  end
end

-- A stream goes on: what is not whole waits for the next segment.
local function dissect_stream(framing, tvb, pinfo, tree)
  local at, limit = framing.packet, tvb:len()
  while at < limit do
    local length, fault
    if framing.frame then
      local is_incomplete
      length, is_incomplete = frame_length(framing.frame, tvb, at, limit)
      if not length then fault = { text = "frame must be known", incomplete = is_incomplete }
      elseif length > limit - at then fault = { text = "frame must be whole", incomplete = true } end
    else
      local position
      position, fault = guarded(walk_message, tvb, at, limit, nil, pinfo)
      length = position and position - at
    end
    if fault and fault.incomplete and pinfo.can_desegment > 0 then
      pinfo.desegment_offset = at
      pinfo.desegment_len = framing.frame and length and length - (limit - at) or DESEGMENT_ONE_MORE_SEGMENT
      return
    end
    if fault then
      add_fault(fault, tvb, at, limit, tree)
      return
    end
    if framing.frame then add_frame(framing, tvb, at, length, tree, pinfo)
    else add_message(tvb, at, limit, tree, pinfo) end
    at = at + length
  end
end

local TCP = 2 -- port_type

local function is_tcp(pinfo)
  return pinfo.port_type == TCP
end

function proto.dissector(tvb, pinfo, root)
  local is_stream = is_tcp(pinfo)
  local framing = pick(tvb, pinfo, is_stream) or framings[1]
  pinfo.cols.protocol = options.name:upper()
  pinfo.cols.info = schema.package .. ":"
  local tree = root:add(proto, tvb(0, tvb:len()), "SBE " .. schema.package .. ", framing " .. framing.name)
  if is_stream then dissect_stream(framing, tvb, pinfo, tree) else dissect_datagram(framing, tvb, pinfo, tree) end
  return tvb:len()
end

local function heuristic(tvb, pinfo, root)
  if not proto.prefs.heuristic then return false end
  local is_stream = is_tcp(pinfo)
  local framing = pick(tvb, pinfo, is_stream)
  if not framing or not fits(framing, tvb, is_stream) then return false end
  -- Later segments may begin in the middle of a message; each datagram is looked at anew.
  if is_stream then pinfo.conversation = proto end
  proto.dissector(tvb, pinfo, root)
  return true
end

-- Preferences and where it is used.

local choices = { { 1, "auto", 0 } }
local default_framing = 0
for index, framing in ipairs(framings) do
  choices[#choices + 1] = { index + 1, framing.name, index }
  if framing.name == options.framing then default_framing = index end
end
proto.prefs.framing = Pref.enum("Framing", default_framing, "How messages are wrapped; auto finds out", choices, false)
proto.prefs.udp = Pref.range("UDP ports", options.udp, "Ports whose datagrams are messages of the schema", 65535)
proto.prefs.tcp = Pref.range("TCP ports", options.tcp, "Ports whose streams are messages of the schema", 65535)
proto.prefs.heuristic = Pref.bool("Find messages on any port", true, "By schema and template ids of their headers")

local registered = { udp = options.udp, tcp = options.tcp }
for _, kind in ipairs({ "udp", "tcp" }) do
  local ports = DissectorTable.get(kind .. ".port")
  if options[kind] ~= "" then ports:add(options[kind], proto) end
  ports:add_for_decode_as(proto)
  proto:register_heuristic(kind, heuristic)
end

function proto.prefs_changed()
  for _, kind in ipairs({ "udp", "tcp" }) do
    local ports = DissectorTable.get(kind .. ".port")
    if registered[kind] ~= proto.prefs[kind] then
      if registered[kind] ~= "" then ports:remove(registered[kind], proto) end
      if proto.prefs[kind] ~= "" then ports:add(proto.prefs[kind], proto) end
      registered[kind] = proto.prefs[kind]
    end
  end
end
