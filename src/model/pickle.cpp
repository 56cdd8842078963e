#include "model/pickle.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "model/refusal.h"
#include "model/script_types.h"

namespace mestr::internal {
namespace {

using Kind = PickleValue::Kind;
using Index = PickleValue::Index;

// The largest networks of the field have some 100000.
constexpr std::size_t kMostValues = 2000000;
constexpr std::size_t kMostDimensions = 64;
constexpr std::size_t kMostNameBytes = 1000;

// Instructions, by their names in Python's pickletools.
enum Op : unsigned char {
  kMark = '(',
  kStop = '.',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersId = 'Q',
  kReduce = 'R',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kEmptyList = ']',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kTuple = 't',
  kEmptyTuple = ')',
  kSetItems = 'u',
  kBinFloat = 'G',
  kEmptyDict = '}',
  kProto = 0x80,
  kNewObj = 0x81,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a
};

constexpr std::array<std::pair<std::string_view, std::int64_t>, 9> kBytesOfStorage = {
    {{"torch.DoubleStorage", 8},
     {"torch.FloatStorage", 4},
     {"torch.HalfStorage", 2},
     {"torch.BFloat16Storage", 2},
     {"torch.LongStorage", 8},
     {"torch.IntStorage", 4},
     {"torch.ShortStorage", 2},
     {"torch.ByteStorage", 1},
     {"torch.BoolStorage", 1}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTypedLists = {
    {{"torch.jit._pickle.build_intlist", "int"},
     {"torch.jit._pickle.build_doublelist", "float"},
     {"torch.jit._pickle.build_boollist", "bool"},
     {"torch.jit._pickle.build_tensorlist", "Tensor"}}};
constexpr std::string_view kTypeTag = "torch.jit._pickle.restore_type_tag";
constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr std::string_view kDeviceGlobal = "torch.device";

std::optional<std::int64_t> BytesOf(std::string_view storage) {
  for (const auto& [name, bytes] : kBytesOfStorage) {
    if (name == storage) return bytes;
  }
  return std::nullopt;
}

bool IsTypedList(std::string_view name) {
  return std::any_of(kTypedLists.begin(), kTypedLists.end(),
                     [&](const auto& known) { return known.first == name; });
}

bool IsClass(std::string_view name) {
  return name.starts_with("__torch__.") && !name.starts_with("__torch__.torch.classes.");
}

bool IsKnownGlobal(std::string_view name) {
  return IsClass(name) || BytesOf(name) || IsTypedList(name) || name == kTypeTag ||
         name == kRebuildTensor || name == kOrderedDict || name == kDeviceGlobal;
}

// LibTorch maps every device to the one that it is told; others than these mean other things.
bool IsDevice(std::string_view text) {
  return text == "cpu" || text == "cuda" ||
         (text.starts_with("cuda:") && text.size() == 6 && text[5] >= '0' && text[5] <= '9');
}

class PickleReader {
 public:
  PickleReader(const ModelEntries& entries, const std::string& name, const std::string& folder,
               const ModelLimits& limits, const std::string& file)
      : entries_(entries),
        folder_(folder),
        place_(file + ": " + name),
        limits_(limits),
        bytes_left_(std::int64_t{limits.most_mib} << 20U) {
    const auto entry = entries.find(name);
    if (entry == entries.end()) RefuseModel(file, "not a TorchScript model: it lacks " + name);
    bytes_ = entry->second;
  }

  Pickle All() {
    if (Byte() != kProto || Byte() != 2) Fail("does not begin as a pickle of LibTorch");
    for (;;) {
      const unsigned char op = Byte();
      if (op == kStop) break;
      if (!Load(op) && !Memo(op) && !Make(op)) {
        Fail("holds an instruction that LibTorch does not write (" + std::to_string(op) + ")");
      }
    }
    if (at_ != bytes_.size() || stack_.size() != 1) Fail("does not end with one value");
    return {std::move(values_), stack_.back()};
  }

 private:
  [[noreturn]] void Fail(const std::string& reason) const { RefuseUnlessTrusted(place_, reason); }

  // --- bytes ---
  std::string_view Bytes(std::size_t count) {
    if (count > bytes_.size() - at_) Fail("ends early");
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }
  unsigned char Byte() { return static_cast<unsigned char>(Bytes(1)[0]); }
  std::uint64_t LittleEndian(std::size_t size) {
    std::uint64_t number = 0;
    const std::string_view bytes = Bytes(size);
    for (std::size_t i = size; i-- > 0;) {
      number = number << 8U | static_cast<unsigned char>(bytes[i]);
    }
    return number;
  }
  std::string Line() {
    const std::size_t end = bytes_.find('\n', at_);
    if (end == std::string_view::npos) Fail("ends early");
    std::string line(bytes_.substr(at_, end - at_));
    at_ = end + 1;
    return line;
  }

  // --- stack ---
  void Push(PickleValue value) {
    if (values_.size() == kMostValues) {
      Fail("holds more than " + std::to_string(kMostValues) + " values");
    }
    stack_.push_back(static_cast<Index>(values_.size()));
    values_.push_back(std::move(value));
  }
  Index Pop() {
    if (stack_.empty() || values_[stack_.back()].kind == Kind::kMark)
      Fail("takes a value too many");
    const Index top = stack_.back();
    stack_.pop_back();
    return top;
  }
  std::vector<Index> PopToMark() {
    const auto mark = std::find_if(stack_.rbegin(), stack_.rend(),
                                   [&](Index index) { return values_[index].kind == Kind::kMark; });
    if (mark == stack_.rend()) Fail("takes a value too many");
    std::vector<Index> items(mark.base(), stack_.end());
    stack_.erase(mark.base() - 1, stack_.end());
    return items;
  }
  std::vector<Index> PopSome(std::size_t count) {
    std::vector<Index> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = Pop();
    return items;
  }
  PickleValue& Top(Kind kind) {
    if (stack_.empty() || values_[stack_.back()].kind != kind) Fail("fills what is no container");
    return values_[stack_.back()];
  }
  const PickleValue& Item(const PickleValue& value, std::size_t at, Kind kind) const {
    if (at >= value.items.size() || values_[value.items[at]].kind != kind) {
      Fail("describes a value in a way that LibTorch does not write");
    }
    return values_[value.items[at]];
  }

  // --- instructions; false: not of this group ---
  bool Load(unsigned char op) {
    switch (op) {
      case kNone:
        return Push({.kind = Kind::kNone}), true;
      case kNewTrue:
        return Push({.kind = Kind::kBool, .number = 1}), true;
      case kNewFalse:
        return Push({.kind = Kind::kBool}), true;
      case kBinInt1:
        return PushInt(LittleEndian(1)), true;
      case kBinInt2:
        return PushInt(LittleEndian(2)), true;
      case kBinInt:
        return PushInt(static_cast<std::uint64_t>(
                   static_cast<std::int64_t>(static_cast<std::int32_t>(LittleEndian(4))))),
               true;
      case kLong1:
        return LoadLong(), true;
      case kBinFloat:
        return Bytes(8), Push({.kind = Kind::kFloat}), true;
      case kBinUnicode:
        return LoadText(), true;
      case kGlobal:
        return LoadGlobal(), true;
      case kMark:
        return Push({.kind = Kind::kMark}), true;
      case kEmptyTuple:
        return Push({.kind = Kind::kTuple}), true;
      case kEmptyList:
        return Push({.kind = Kind::kList}), true;
      case kEmptyDict:
        return Push({.kind = Kind::kDict}), true;
      default:
        return false;
    }
  }

  void PushInt(std::uint64_t bits) {
    Push({.kind = Kind::kInt, .number = static_cast<std::int64_t>(bits)});
  }
  void LoadLong() {
    if (Byte() != 8) Fail("holds an integer of more or less than 64 bits");
    PushInt(LittleEndian(8));
  }
  void LoadText() {
    const std::uint64_t size = LittleEndian(4);
    Push({.kind = Kind::kText, .text = std::string(Bytes(size))});
  }
  void LoadGlobal() {
    const std::string module = Line();
    const std::string name = module + "." + Line();
    if (name.size() > kMostNameBytes || !IsKnownGlobal(name)) {
      Fail("uses '" + Shown(name) + "', which no network needs");
    }
    Push({.kind = Kind::kGlobal, .text = name});
  }
  static std::string Shown(std::string name) {
    constexpr std::size_t kMostShown = 80;
    name.resize(std::min(name.size(), kMostShown));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return name;
  }

  bool Memo(unsigned char op) {
    switch (op) {
      case kBinPut:
        return Put(LittleEndian(1)), true;
      case kLongBinPut:
        return Put(LittleEndian(4)), true;
      case kBinGet:
        return Get(LittleEndian(1)), true;
      case kLongBinGet:
        return Get(LittleEndian(4)), true;
      default:
        return false;
    }
  }
  void Put(std::uint64_t id) {
    if (stack_.empty() || values_[stack_.back()].kind == Kind::kMark) Fail("remembers no value");
    if (id != memo_.size()) Fail("remembers a value in a way that LibTorch does not write");
    memo_.push_back(stack_.back());
  }
  void Get(std::uint64_t id) {
    if (id >= memo_.size()) Fail("asks for a value that it does not remember");
    stack_.push_back(memo_[id]);
  }

  bool Make(unsigned char op) {
    switch (op) {
      case kTuple:
        return Push({.kind = Kind::kTuple, .items = PopToMark()}), true;
      case kTuple1:
        return Push({.kind = Kind::kTuple, .items = PopSome(1)}), true;
      case kTuple2:
        return Push({.kind = Kind::kTuple, .items = PopSome(2)}), true;
      case kTuple3:
        return Push({.kind = Kind::kTuple, .items = PopSome(3)}), true;
      case kAppend:
        return Extend(Kind::kList, PopSome(1)), true;
      case kAppends:
        return Extend(Kind::kList, PopToMark()), true;
      case kSetItems:
        return SetItems(), true;
      case kNewObj:
        return NewObject(), true;
      case kBuild:
        return Build(), true;
      case kReduce:
        return Reduce(), true;
      case kBinPersId:
        return Storage(), true;
      default:
        return false;
    }
  }

  void Extend(Kind kind, const std::vector<Index>& items) {
    PickleValue& container = Top(kind);
    container.items.insert(container.items.end(), items.begin(), items.end());
  }

  void SetItems() {
    const std::vector<Index> items = PopToMark();
    if (items.size() % 2 != 0) Fail("holds a key without a value");
    for (std::size_t i = 0; i < items.size(); i += 2) {
      const Kind key = values_[items[i]].kind;
      if (key != Kind::kText && key != Kind::kInt && key != Kind::kFloat && key != Kind::kBool) {
        Fail("holds a key that is neither text nor number");
      }
    }
    Extend(Kind::kDict, items);
  }

  void NewObject() {
    const Index arguments = Pop();
    const Index global = Pop();
    if (values_[arguments].kind != Kind::kTuple || !values_[arguments].items.empty() ||
        values_[global].kind != Kind::kGlobal || !IsClass(values_[global].text)) {
      Fail("makes an object in a way that LibTorch does not write");
    }
    Push({.kind = Kind::kNewObject, .text = values_[global].text});
  }

  void Build() {
    const Index state = Pop();
    const Index made = Pop();
    if (values_[made].kind != Kind::kNewObject || values_[state].kind != Kind::kDict) {
      Fail("fills an object in a way that LibTorch does not write");
    }
    Push({.kind = Kind::kObject, .text = values_[made].text, .items = {state}});
  }

  void Reduce() {
    const Index arguments = Pop();
    const Index called = Pop();
    if (values_[called].kind != Kind::kGlobal || values_[arguments].kind != Kind::kTuple) {
      Fail("calls what is no function");
    }
    const std::string function = values_[called].text;
    const std::size_t count = values_[arguments].items.size();
    if (function == kOrderedDict && count == 0) return Push({.kind = Kind::kDict});
    if (function == kRebuildTensor && count == 6) return Tensor(values_[arguments]);
    if (function == kDeviceGlobal && count == 1) return Device(values_[arguments]);
    if (function == kTypeTag && count == 2) return Tagged(values_[arguments]);
    if (IsTypedList(function) && count == 1) return TypedList(function, values_[arguments]);
    Fail("calls '" + Shown(function) + "' in a way that LibTorch does not write");
  }

  void Device(const PickleValue& arguments) {
    if (!IsDevice(Item(arguments, 0, Kind::kText).text)) {
      Fail("names a device that mestr does not know");
    }
    Push({.kind = Kind::kDevice});
  }

  // LibTorch gives a list or a dict its type without a look at what it holds.
  void Tagged(const PickleValue& arguments) {
    const std::string& type = Item(arguments, 1, Kind::kText).text;
    if (type.size() > kMostNameBytes) Fail("holds a type with a long name");
    ParseScriptType(type, place_);
    GiveType(arguments.items[0], type);
  }

  void TypedList(const std::string& function, const PickleValue& arguments) {
    Item(arguments, 0, Kind::kList);
    for (const auto& [name, type] : kTypedLists) {
      if (name == function) return GiveType(arguments.items[0], "List[" + std::string(type) + "]");
    }
  }

  void GiveType(Index container, const std::string& type) {
    PickleValue& value = values_[container];
    if (value.kind != Kind::kList && value.kind != Kind::kDict)
      Fail("gives a type to no container");
    if (!value.text.empty()) Fail("gives a container two types");
    value.text = type;
    stack_.push_back(container);
  }

  // ("storage", type, "0", "cpu", number of values)
  void Storage() {
    const PickleValue& description = values_[Pop()];
    if (description.kind != Kind::kTuple || description.items.size() != 5 ||
        Item(description, 0, Kind::kText).text != "storage") {
      Fail("describes a tensor's values in a way that LibTorch does not write");
    }
    const std::string& type = Item(description, 1, Kind::kGlobal).text;
    const std::string& key = Item(description, 2, Kind::kText).text;
    const std::int64_t count = Item(description, 4, Kind::kInt).number;
    const std::optional<std::int64_t> bytes = BytesOf(type);
    if (!bytes) Fail("describes a tensor's values in a way that LibTorch does not write");
    if (!IsDevice(Item(description, 3, Kind::kText).text)) {
      Fail("names a device that mestr does not know");
    }
    if (key.size() > kMostNameBytes) Fail("names an entry with a long name");
    const auto entry = entries_.find(folder_ + "/" + key);
    if (entry == entries_.end())
      Fail("lacks the values of a tensor, " + folder_ + "/" + Shown(key));
    const auto size = static_cast<std::int64_t>(entry->second.size());
    if (count < 0 || count > size / *bytes) {
      Fail("takes more values from " + folder_ + "/" + Shown(key) + " than it holds");
    }
    bytes_left_ -= size;  // LibTorch reads the entry anew for each one that names it
    if (bytes_left_ < 0) {
      RefuseModel(place_, "holds tensors of more than " + std::to_string(limits_.most_mib) +
                              " MiB, the limit of the config's model.most_mib");
    }
    Push({.kind = Kind::kStorage, .number = count, .text = type});
  }

  // (storage, offset, sizes, strides, requires_grad, hooks)
  void Tensor(const PickleValue& arguments) {
    const std::int64_t count = Item(arguments, 0, Kind::kStorage).number;
    const std::int64_t offset = Item(arguments, 1, Kind::kInt).number;
    const PickleValue& sizes = Item(arguments, 2, Kind::kTuple);
    const PickleValue& strides = Item(arguments, 3, Kind::kTuple);
    Item(arguments, 4, Kind::kBool);
    if (!Item(arguments, 5, Kind::kDict).items.empty() ||
        sizes.items.size() != strides.items.size() || sizes.items.size() > kMostDimensions) {
      Fail("describes a tensor in a way that LibTorch does not write");
    }
    // The largest index, in steps that cannot overflow.
    std::int64_t last = offset;
    bool empty = false;
    bool fits = offset >= 0 && offset <= count;
    for (std::size_t i = 0; i < sizes.items.size(); ++i) {
      const std::int64_t size = Item(sizes, i, Kind::kInt).number;
      const std::int64_t stride = Item(strides, i, Kind::kInt).number;
      fits = fits && size >= 0 && stride >= 0;
      empty = empty || size == 0;
      if (!fits || size <= 1 || stride == 0) continue;
      fits = stride <= (count - last) / (size - 1);
      if (fits) last += stride * (size - 1);
    }
    CheckExpansion(sizes);
    if (!fits || (!empty && last >= count)) Fail("holds a tensor that reaches beyond its values");
    Push({.kind = Kind::kTensor});
  }

  // A step of 0 makes many of one value.
  void CheckExpansion(const PickleValue& sizes) const {
    std::int64_t values_left = std::int64_t{limits_.most_mib} << 20U;
    for (const Index index : sizes.items) {
      const std::int64_t size = values_[index].number;
      if (size > 0) values_left /= size;
      if (values_left == 0) Fail("holds a tensor of more values than model.most_mib allows bytes");
    }
  }

  const ModelEntries& entries_;
  const std::string& folder_;
  const std::string place_;
  const ModelLimits& limits_;
  std::int64_t bytes_left_;
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::vector<PickleValue> values_;
  std::vector<Index> stack_;
  std::vector<Index> memo_;
};

}  // namespace

Pickle ReadPickle(const ModelEntries& entries, const std::string& name, const std::string& folder,
                  const ModelLimits& limits, const std::string& file) {
  return PickleReader(entries, name, folder, limits, file).All();
}

}  // namespace mestr::internal
