using System.Reflection;
using System.Runtime.CompilerServices;
using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Infrastructure;
using BktSmart.Values;
using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace BktSmart.Requests;

/// <summary>What the protos call required is required, and an app hears at once of all that it left out.</summary>
public sealed class RequiredFieldsTest
{
    public static TheoryData<string> Methods =>
    [
        .. AccessListTest.Methods.Where(method => AccessListTest.IsOurs(method.File) && Required(method).Any())
            .Select(method => method.FullName),
    ];

    [Theory, MemberData(nameof(Methods))]
    public async Task Call_WithAnEmptyRequest_IsRefusedForEachRequiredField(string name)
    {
        var method = AccessListTest.Methods.Single(method => method.FullName == name);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => CallAsync(method));
        Assert.Equal(
            Required(method).Order(StringComparer.Ordinal),
            refused.Refusals.Select(refusal => refusal.Field).Order(StringComparer.Ordinal));
    }

    /// <summary>Of a choice without a name for nothing, one has to be made.</summary>
    private static IEnumerable<string> Required(MethodDescriptor method) =>
    [
        .. method.InputType.Fields.InDeclarationOrder().Where(IsRequired).Select(field => field.Name),
        .. method.InputType.Oneofs.Where(choice => !choice.IsSynthetic).Select(choice => choice.Name),
    ];

    private static bool IsRequired(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(FieldBehavior.Required) ?? false;

    /// <summary>Requests are read before anything else is needed.</summary>
    private static async Task CallAsync(MethodDescriptor method)
    {
        var type = typeof(AccessList).Assembly.GetTypes().Single(type =>
            type is { IsAbstract: false, BaseType.DeclaringType: { } declaring }
            && declaring.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) == method.Service);
        var call = new FakeCall(AccessList.NameOf(method));
        if (AccessList.Find(AccessList.NameOf(method))!.IsForStaff)
            call.SetCaller(new StaffMember("somebody"));
        else
            call.SetCaller(new SignedInCustomer(CustomerNumber.From(123_456_789), Guid.NewGuid(), DateTimeOffset.MaxValue));
        var request = Activator.CreateInstance(method.InputType.ClrType);
        object?[] arguments = method.IsServerStreaming ? [request, null, call] : [request, call];
        var answer = type.GetMethod(method.Name)!.Invoke(RuntimeHelpers.GetUninitializedObject(type), arguments);
        await (Task)answer!;
    }
}
