# /etc/dabei/network.json (NetworkChoices of tui/plan/network-choices.ts) and the links that are here, $links
# (values of `ip -details -json link`), as lines in the order they have to be done:
#   set FILE VALUE · ip ARGUMENTS · again ARGUMENTS (of `ip`: fails when it is there already) · dhcp NAME ·
#   nameserver ADDRESS · search NAMES · lacking NAME (a card of the list that is not here)

def family: if contains(":") then 6 else 4 end;
def option(name): if . == null then "" else " \(name) \(.)" end;
def lower: ascii_downcase;

# The cards alone have a MAC address of their own; VLANs and bridges borrow one.
def card($mac): first($links[][] | select(.linkinfo.info_kind == null)
  | select(((.permaddr // .address) // "" | lower) == ($mac | lower)) | .ifname) // null;
def link: if .vlan or .bond then .name
  elif .mac then card(.mac)
  else .name as $name | (first($links[][] | select(.ifname == $name) | .ifname) // null) end;

(.interfaces // []) as $all
| ([$all[] | { key: .name, value: link }] | from_entries) as $names
| [$all[] | select($names[.name] != null and (.bond == null or any(.bond.ports[]; card(.) != null)))] as $standing
| [$standing[] | select(.vlan == null or (.vlan.parent | IN($standing[].name)))] as $here
| def dev: $names[.name];
  def marked: if .leased == true then " proto 73" else "" end;
  def address: (.address | split("/")) as [$own, $length]
    | if .peer then "\($own) peer \(.peer)/\($length)" else .address end
    # Duplicate address detection would hold it back, and routes from it, for seconds.
    | . + if contains(":") then " nodad" else "" end;
  def target: if .destination == "default" then (if (.via // "" | contains(":")) then "::/0" else "0.0.0.0/0" end) else .destination end;
  def route($dev): target as $target
    | "-\($target | family) route replace \($target)"
      + (if .via == null then "" elif (.via | family) == ($target | family) then " via \(.via)" else " via inet6 \(.via)" end)
      + " dev \($dev)" + (if .onlink == true then " onlink" else "" end)
      + (.source | option("src")) + (.metric | option("metric")) + (.table | option("table")) + (.mtu | option("mtu")) + marked;
  def rule: "-\(.family) rule add priority \(.priority) from \(.from // "all")"
    + (.to | option("to")) + (.mark | option("fwmark")) + " table \(.table)";

  # Those of a mode that knows no such setting would be refused for it.
  def bond: "type bond mode \(.mode) miimon \(.monitor // 100)"
    + (if .mode == "802.3ad" then (.lacpRate | option("lacp_rate")) else "" end)
    + (if .mode | IN("802.3ad", "balance-xor", "balance-tlb") then (.hashPolicy | option("xmit_hash_policy")) else "" end);
  def master($port): first($links[][] | select(.ifname == $port) | .master) // null;

  ($all[] | select(. as $one | $here | index([$one]) | not) | "lacking \(.name)"),
  ($here | sort_by(.vlan != null)[]
    | (select(.vlan) | dev as $dev | select([$links[][].ifname] | index($dev) | not)
        | "ip link add link \($names[.vlan.parent]) name \($dev) type vlan id \(.vlan.id)"),
      (select(.bond) | dev as $dev | (select([$links[][].ifname] | index($dev) | not)
          | "ip link add name \($dev)\(.mac | option("address")) \(.bond | bond)"),
        (.bond.ports[] | card(.) as $port | if $port == null then "lacking \(.)"
          elif master($port) == $dev then empty
          # It takes ports that are down.
          else "ip link set dev \($port) down", "ip link set dev \($port) master \($dev)" end)),
      (if .autoconf6 == false then "set /proc/sys/net/ipv6/conf/\(dev)/accept_ra 0" else empty end),
      "ip link set dev \(dev)\(.mtu | option("mtu")) up"),
  ($here[] | dev as $dev | (.addresses // [])[] | "ip address replace \(address) dev \($dev)"),
  # A gateway must be reachable by the time its route is made.
  ([$here[] | dev as $dev | (.routes // [])[] | { via: (.via != null), line: "ip \(route($dev))" }] | sort_by(.via)[].line),
  ((.rules // [])[] | "again \(rule)"),
  ($here[] | select(.dhcp4 == true) | "dhcp \(dev)"),
  ((.dns.servers // [])[] | split("%") | "nameserver \(.[0])" + (if .[1] then "%\($names[.[1]] // .[1])" else "" end)),
  ((.dns.search // []) | select(length > 0) | "search \(join(" "))")
